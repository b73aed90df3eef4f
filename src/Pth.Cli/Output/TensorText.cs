using System.Text;

namespace Pth.Cli.Output;

/// <summary>
/// A tensor as <c>print(tensor)</c> of PyTorch shows it: brackets, lines of bounded width, and of a large one only the first and last
/// three of each dimension.
/// </summary>
/// <remarks>The layout is that of <c>torch/_tensor_str.py</c> under its default print options.</remarks>
internal sealed class TensorText
{
    private const string Head = "tensor(";
    private const int Threshold = 1000;
    private const int EdgeItems = 3;
    private const int MostDimensions = 64;

    private readonly TensorView _tensor;
    private readonly int _lineWidth;
    private readonly bool _summarized;
    private readonly StringBuilder _text = new();
    private FormattedElements _elements;
    private int _next;

    private TensorText(TensorView tensor, int lineWidth, bool full)
    {
        _tensor = tensor;
        _lineWidth = lineWidth;
        _summarized = !full && tensor.ElementCount > Threshold;
    }

    /// <param name="tensor">A strided tensor.</param>
    /// <param name="lineWidth">The longest line; PyTorch's is 80.</param>
    /// <param name="full">Whether every element is shown, however many there are.</param>
    /// <exception cref="CommandException">It cannot be shown.</exception>
    public static string Format(TensorView tensor, int lineWidth = 80, bool full = false)
    {
        if (tensor.Shape.Length > MostDimensions)
        {
            throw new CommandException($"a tensor of {tensor.Shape.Length} dimensions is not shown");
        }
        return new TensorText(tensor, lineWidth, full).Format();
    }

    private string Format()
    {
        _text.Append(Head);
        if (_tensor.ElementCount == 0)
        {
            _text.Append("[]");
        }
        else
        {
            _elements = ElementText.Read(_tensor, [.. ShownElements(0, 0)]);
            AppendDimension(0, Head.Length);
        }
        AppendSuffixes();
        return _text.Append(')').ToString();
    }

    private IEnumerable<long> ShownElements(int dimension, long first)
    {
        if (dimension == _tensor.Shape.Length)
        {
            return [first];
        }
        long size = _tensor.Shape[dimension];
        return ShownIndices(size).SelectMany(index => ShownElements(dimension + 1, (first * size) + index));
    }

    private IEnumerable<long> ShownIndices(long size)
    {
        bool cut = _summarized && size > 2 * EdgeItems;
        for (long i = 0; i < size; i++)
        {
            if (cut && i == EdgeItems)
            {
                i = size - EdgeItems;
            }
            yield return i;
        }
    }

    private void AppendDimension(int dimension, int indent)
    {
        int remaining = _tensor.Shape.Length - dimension;
        if (remaining == 0)
        {
            _text.Append(_elements.Texts[_next++]);
            return;
        }
        if (remaining == 1)
        {
            AppendVector(_tensor.Shape[dimension], indent);
            return;
        }
        string separator = "," + new string('\n', remaining - 1) + new string(' ', indent + 1);
        long size = _tensor.Shape[dimension];
        long previous = -1;
        _text.Append('[');
        foreach (long index in ShownIndices(size))
        {
            if (index > 0)
            {
                _text.Append(separator);
            }
            if (index > previous + 1)
            {
                _text.Append("...").Append(separator);
            }
            AppendDimension(dimension + 1, indent + 1);
            previous = index;
        }
        _text.Append(']');
    }

    private void AppendVector(long size, int indent)
    {
        int perLine = Math.Max(1, (_lineWidth - indent) / (_elements.Width + 2));
        string lineBreak = ",\n" + new string(' ', indent + 1);
        int place = 0;
        long previous = -1;
        _text.Append('[');
        foreach (long index in ShownIndices(size))
        {
            if (index > previous + 1)
            {
                AppendItem(" ...");
            }
            AppendItem(_elements.Texts[_next++]);
            previous = index;
        }
        _text.Append(']');

        void AppendItem(string item)
        {
            if (place > 0)
            {
                _text.Append(place % perLine == 0 ? lineBreak : ", ");
            }
            _text.Append(item);
            place++;
        }
    }

    private void AppendSuffixes()
    {
        // PyTorch counts the last line two longer than it is.
        int lastLine = _text.Length + 1 - _text.ToString().LastIndexOf('\n');
        foreach (string suffix in Suffixes())
        {
            bool fits = lastLine + suffix.Length + 2 <= _lineWidth;
            _text.Append(fits ? ", " : $",\n{new string(' ', Head.Length)}").Append(suffix);
            lastLine = fits ? lastLine + suffix.Length + 2 : Head.Length + suffix.Length;
        }
    }

    private IEnumerable<string> Suffixes()
    {
        if (_tensor.Device != "cpu")
        {
            yield return $"device='{Escape.Line(_tensor.Device)}'";
        }
        bool empty = _tensor.ElementCount == 0;
        if (empty && _tensor.Shape.Length != 1)
        {
            yield return $"size=({string.Join(", ", _tensor.Shape)})";
        }
        DType dtype = _tensor.DType;
        bool usual = empty
            ? dtype == DType.Float32
            : dtype is DType.Float32 or DType.Int64 or DType.Bool or DType.Complex64;
        if (!usual)
        {
            yield return $"dtype=torch.{dtype.TorchName}";
        }
        if (_tensor.RequiresGrad)
        {
            yield return "requires_grad=True";
        }
    }
}
