"""The page model file: finds every glyph of a picture and reads each."""
