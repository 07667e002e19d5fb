"""What a command says when it cannot do what was asked."""


class Refused(Exception):
    """The command stops here. Its message is one or two sentences that say why and what to do."""

    def __init__(self, sentence: str, *, code: int = 1) -> None:
        """`code` is what the command exits with: 1 something is wrong, 2 it was asked for in a way it cannot follow."""
        super().__init__(sentence)
        self.code = code
