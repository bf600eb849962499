"""Where code written against LangGraph looks for some constants. Nothing of this package is kept here."""
