"""What every feature uses: how interactions come in, and how answers are made and sent."""
