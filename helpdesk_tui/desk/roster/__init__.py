"""Who is on, who is next and where nobody is: asked, decided, imported and put into words."""
