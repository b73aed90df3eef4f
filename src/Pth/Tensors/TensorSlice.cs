using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Pth.Tensors;

/// <summary>A part of a tensor as text writes it: <c>0, 2:5, ::2, -1, ...</c>.</summary>
internal sealed class TensorSlice
{
    private readonly ImmutableArray<Item> _items;

    private TensorSlice(ImmutableArray<Item> items) => _items = items;

    private enum Kind
    {
        Index,
        Range,
        Rest,
    }

    // For an index, Start is it.
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Item(Kind Kind, long Start, long Stop, long Step, int Position);

    /// <param name="text">With or without brackets around it.</param>
    /// <exception cref="FormatException">It is no slice.</exception>
    public static TensorSlice Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var scanner = new Scanner(text);
        bool isBracketed = scanner.TryTake('[');
        var items = ImmutableArray.CreateBuilder<Item>();
        do
        {
            items.Add(ParseItem(ref scanner));
        } while (scanner.TryTake(','));
        if (isBracketed && !scanner.TryTake(']'))
        {
            throw scanner.Error("a comma or the closing bracket");
        }
        if (!scanner.IsAtEnd)
        {
            throw scanner.Error(isBracketed ? "the end" : "a comma or the end");
        }
        if (items.Count(item => item.Kind == Kind.Rest) > 1)
        {
            throw new FormatException($"found a second '...' in slice '{text}', expected one at most");
        }
        return new TensorSlice(items.ToImmutable());
    }

    /// <exception cref="ArgumentException">The tensor has fewer dimensions, or not that index.</exception>
    public TensorView Apply(TensorView tensor)
    {
        int named = _items.Count(item => item.Kind != Kind.Rest);
        if (named > tensor.Shape.Length)
        {
            throw new ArgumentException(
                $"found {named} indices, expected at most {tensor.Shape.Length} for [{string.Join(", ", tensor.Shape)}]",
                nameof(tensor)
            );
        }
        int dimension = 0;
        foreach (Item item in _items)
        {
            switch (item.Kind)
            {
                case Kind.Rest:
                    dimension +=
                        tensor.Shape.Length - dimension - _items.Count(later => later.Position > item.Position);
                    break;
                case Kind.Index:
                    tensor = tensor.Select(dimension, item.Start);
                    break;
                default:
                    tensor = tensor.Slice(dimension, item.Start, item.Stop, item.Step);
                    dimension++;
                    break;
            }
        }
        return tensor;
    }

    private static Item ParseItem(ref Scanner scanner)
    {
        int position = scanner.Position;
        if (scanner.TryTake('.'))
        {
            if (!scanner.TryTakeNext('.') || !scanner.TryTakeNext('.'))
            {
                throw scanner.Error("'...'");
            }
            return new Item(Kind.Rest, 0, 0, 1, position);
        }
        long? start = scanner.TryTakeNumber();
        if (!scanner.TryTake(':'))
        {
            return start is { } index
                ? new Item(Kind.Index, index, 0, 1, position)
                : throw scanner.Error("an index, a range or '...'");
        }
        long? stop = scanner.TryTakeNumber();
        long step = 1;
        if (scanner.TryTake(':'))
        {
            step = scanner.TryTakeNumber() ?? 1;
            if (step < 1)
            {
                throw scanner.Error("a step of 1 or more before this");
            }
        }
        return new Item(Kind.Range, start ?? 0, stop ?? long.MaxValue, step, position);
    }

    // Moves over the text; spaces may stand between any two signs.
    private ref struct Scanner(string text)
    {
        private int _position;

        public readonly int Position => _position;

        public bool IsAtEnd
        {
            get
            {
                SkipSpaces();
                return _position == text.Length;
            }
        }

        public bool TryTake(char sign)
        {
            SkipSpaces();
            return TryTakeNext(sign);
        }

        public bool TryTakeNext(char sign)
        {
            if (_position < text.Length && text[_position] == sign)
            {
                _position++;
                return true;
            }
            return false;
        }

        // Numbers that 64 bits do not hold lie outside every tensor, as the largest one does.
        public long? TryTakeNumber()
        {
            bool isNegative = TryTake('-');
            SkipSpaces();
            int first = _position;
            Int128 number = 0;
            while (_position < text.Length && char.IsAsciiDigit(text[_position]))
            {
                number = Int128.Min((number * 10) + (text[_position] - '0'), long.MaxValue);
                _position++;
            }
            if (_position == first)
            {
                return isNegative ? throw Error("a digit") : null;
            }
            return isNegative ? -(long)number : (long)number;
        }

        public readonly FormatException Error(string expected)
        {
            string found = _position < text.Length ? $"'{text[_position]}'" : "the end";
            return new FormatException(
                $"found {found} at character {_position + 1} of slice '{text}', expected {expected}"
            );
        }

        private void SkipSpaces()
        {
            while (_position < text.Length && text[_position] == ' ')
            {
                _position++;
            }
        }
    }
}
