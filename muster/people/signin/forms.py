"""Forms of signing in. Every field can be filled by a password manager."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from muster.pages.drawn import DrawnForm
from muster.people.access import Role
from muster.people.models import Account, SchoolClass
from muster.people.roles import role_name
from muster.people.signin.passwords import GoodPassword


class SignInForm(forms.Form):
    """E-mail address and password."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        error_messages={"invalid": _("Write the whole address, like name@school.example.")},
        widget=forms.EmailInput(attrs={"autocomplete": "username", "spellcheck": "false", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "data-password": ""}),
    )


class CodeForm(forms.Form):
    """A one-time code, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false", "class": "code"}
        ),
    )


class CredentialForm(forms.Form):
    """What the browser's passkey answered. Filled by a script."""

    credential = forms.JSONField(max_length=20_000, widget=forms.HiddenInput)

    def clean_credential(self) -> dict[str, Any]:
        """An object, or nothing a passkey said."""
        credential = self.cleaned_data["credential"]
        if not isinstance(credential, dict) or not isinstance(credential.get("response"), dict):
            raise forms.ValidationError(_("Muster could not read what the passkey answered."))
        return credential


class PasskeyForm(CredentialForm):
    """A new passkey and what to call it."""

    name = forms.CharField(
        label=_("What to call it"),
        help_text=_("So that you can tell your passkeys apart: “classroom laptop”, “my phone”."),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class NewPasswordForm(forms.Form):
    """A new password, typed once: it can be shown."""

    password = forms.CharField(
        label=_("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "data-password": ""}),
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        """`account` is whose password it will be."""
        super().__init__(*args, **kwargs)
        self.account = account
        self.fields["password"].help_text = GoodPassword().get_help_text()

    def clean_password(self) -> str:
        """A good one."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self.account)
        return password


class ProofForm(forms.Form):
    """The password of somebody already signed in."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "data-password": ""}),
    )


class NameForm(forms.Form):
    """What a person is called."""

    name = forms.CharField(label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))


class ForgottenForm(forms.Form):
    """Whose password is forgotten."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        error_messages={"invalid": _("Write the whole address, like name@school.example.")},
        widget=forms.EmailInput(attrs={"autocomplete": "username", "spellcheck": "false"}),
    )


class InvitationForm(forms.Form):
    """Somebody who is to sign in."""

    name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("They will sign in with it."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(label=_("What they do here"))
    classes = forms.ModelMultipleChoiceField(
        label=_("Their classes"),
        queryset=SchoolClass.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "across"}),
        help_text=_("Only for those who see their own classes; heads and office see the whole school."),
    )
    starts_on = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Leave it empty where the post has no end yet."),
    )  # fmt: skip

    def __init__(self, *args: Any, roles: list[Role], classes: Any, **kwargs: Any) -> None:
        """`roles` may be given by whoever is asking; `classes` is a query of those they may choose from."""
        super().__init__(*args, **kwargs)
        self.fields["role"] = forms.ChoiceField(
            label=self.fields["role"].label, choices=[(role.value, role_name(role)) for role in roles]
        )
        chosen = self.fields["classes"]
        assert isinstance(chosen, forms.ModelMultipleChoiceField)  # noqa: S101  it is declared above
        chosen.queryset = classes

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day is before the first."))
        return cleaned


class LastDayForm(DrawnForm):
    """When a post ends."""

    ends_on = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("It counts too. Leave it empty where the post has no end yet."),
    )  # fmt: skip


class RoleForm(forms.Form):
    """What somebody does from a day on."""

    role = forms.ChoiceField(label=_("What they do from then on"))
    on = forms.DateField(
        label=_("First day of it"), widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Until the day before, all stays as it is."),
    )  # fmt: skip

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        """`roles` are those that whoever is asking may give."""
        super().__init__(*args, **kwargs)
        self.fields["role"] = forms.ChoiceField(
            label=self.fields["role"].label, choices=[(role.value, role_name(role)) for role in roles]
        )


class DayPassForm(forms.Form):
    """A supply teacher for today."""

    name = forms.CharField(
        label=_("Their name"), max_length=200, help_text=_("As it should stand beside the marks they make."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    school_class = forms.ModelChoiceField(label=_("Class"), queryset=SchoolClass.objects.none(), empty_label=None)

    def __init__(self, *args: Any, classes: Any, **kwargs: Any) -> None:
        """`classes` is a query of those that may be covered today."""
        super().__init__(*args, **kwargs)
        chosen = self.fields["school_class"]
        assert isinstance(chosen, forms.ModelChoiceField)  # noqa: S101  it is declared above
        chosen.queryset = classes


class PassCodeForm(forms.Form):
    """The code of a day pass."""

    code = forms.CharField(
        label=_("Code on your pass"),
        help_text=_("Eight letters and numbers. Capitals and dashes do not matter."),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "code"}
        ),
    )
