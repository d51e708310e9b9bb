"""What files a photo has, and how it is shown."""

from typing import Any, ClassVar


class PhotoFiles:
    """The addresses of a picture's files, named by the hash of its content: one file a width.

    A mixin of Photo and of dataclasses that select only these columns.
    """

    digest: Any
    width: Any  # pixels, of the largest file
    height: Any
    caption: Any
    alt: Any
    is_decorative: Any
    focus_x: Any  # percent
    focus_y: Any

    SHARE_WIDTH: ClassVar[int] = 1200  # pixels; the size that messengers show as a preview
    SMALLEST_SHARED: ClassVar[int] = 200  # pixels of either side; messengers ignore smaller previews
    LONGEST_SHARED: ClassVar[int] = 3  # times as long as the other side
    WIDTHS: ClassVar[tuple[int, ...]] = (480, 960, 1600)  # pixels; pictures are never enlarged
    WIDTH_IN_TEXT: ClassVar[int] = 960

    @property
    def widths(self) -> list[int]:
        """The widths of its WebP files, in ascending order; the last is its own width."""
        return [width for width in self.WIDTHS if width < self.width] + [self.width]

    @property
    def width_in_text(self) -> int:
        """The width of the file that a text names."""
        return next((width for width in self.widths if width >= self.WIDTH_IN_TEXT), self.width)

    def address(self, width: int) -> str:
        return f"/media/{self.digest}-{width}.webp"

    @property
    def alternative(self) -> str:
        """What is said in place of the picture. Empty for one that is decorative or has no words at all."""
        return "" if self.is_decorative else self.alt or self.caption

    @property
    def share_address(self) -> str:
        """The address of a JPEG for link previews, at most 1200 pixels wide."""
        return f"/media/{self.digest}-share.jpg"

    @property
    def share_size(self) -> tuple[int, int] | None:
        """The width and height of that JPEG; None if the picture is too small or too long for a preview."""
        short, long = sorted((self.width, self.height))
        if short < self.SMALLEST_SHARED or long > self.LONGEST_SHARED * short:
            return None
        scale = min(1.0, self.SHARE_WIDTH / self.width)
        size = round(self.width * scale), round(self.height * scale)
        return size if min(size) >= self.SMALLEST_SHARED else None
