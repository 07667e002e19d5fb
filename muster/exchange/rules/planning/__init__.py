"""From a roster and what a school holds to the plan, one subject a module; `whole` puts them in order."""
