"""Extensions of Flask in real processes, as people start them."""
