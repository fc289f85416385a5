"""Consent, safeguarding and people's identities, on the way in."""
