"""The page model file: finds every glyph of a picture and reads each, and a line of a number as a whole."""
