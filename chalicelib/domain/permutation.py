"""A seeded order of any number of things that needs no memory for them.

A Feistel network permutes the numbers of the smallest even number of bits that holds
them; those that fall outside walk on until they are inside (cycle walking; Black and
Rogaway, "Ciphers with Arbitrary Finite Domains", 2002).
"""

from dataclasses import dataclass
from functools import cached_property

_ROUNDS = 6
_32_BITS = 0xFFFFFFFF


@dataclass(frozen=True)
class Permutation:
    """An order of the numbers from 0 up to a length, the same for the same seed.

    Attributes:
        length: How many numbers, >= 0.
        seed: Which order, >= 0.
    """

    length: int
    seed: int

    def __getitem__(self, place: int) -> int:
        """The number at a place, 0 <= place < length."""
        if not 0 <= place < self.length:
            raise IndexError(f"place {place} of {self.length}")
        number = self._permuted(place)
        while number >= self.length:
            number = self._permuted(number)
        return number

    @cached_property
    def _half_bits(self) -> int:
        return max(1, ((self.length - 1).bit_length() + 1) // 2)

    @cached_property
    def _keys(self) -> tuple[int, ...]:
        low, high = self.seed & _32_BITS, self.seed >> 32
        return tuple(_mixed(_mixed(low + number) ^ high) for number in range(_ROUNDS))

    def _permuted(self, number: int) -> int:
        bits = self._half_bits
        mask = (1 << bits) - 1
        left, right = number >> bits, number & mask
        for key in self._keys:
            left, right = right, left ^ (_mixed(right ^ key) & mask)
        return left << bits | right


def _mixed(number: int) -> int:
    """Scatter 32 bits (the finaliser of MurmurHash3; Austin Appleby, public domain)."""
    number &= _32_BITS
    number = (number ^ number >> 16) * 0x85EBCA6B & _32_BITS
    number = (number ^ number >> 13) * 0xC2B2AE35 & _32_BITS
    return number ^ number >> 16
