using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Pth.Errors;

namespace Pth.Formats.Torch;

/// <summary>The arguments of one rebuild function, read by position and kind. What does not fit is an error at the opcode.</summary>
internal readonly ref struct RebuildArguments
{
    private readonly PyGlobal _function;
    private readonly ReadOnlySpan<PyValue> _items;

    public RebuildArguments(PyGlobal function, PyValue arguments, ErrorLocation location, int least, int most)
    {
        _function = function;
        Location = location;
        if (arguments is not PyTuple tuple || tuple.Count < least || tuple.Count > most)
        {
            throw Error(
                $"{function.FullName} with {arguments.Describe()}",
                least == most ? $"{least} arguments" : $"{least} to {most} arguments"
            );
        }
        _items = tuple.AsSpan();
    }

    public ErrorLocation Location { get; }

    public int Count => _items.Length;

    public PyValue this[int index] => _items[index];

    public Storage Storage(int index) =>
        _items[index] is PyStorage storage ? storage.Storage : throw Unfit(index, "a storage");

    /// <summary>The element type that a storage among the arguments is named with.</summary>
    public DType StorageType(int index) =>
        _items[index] is PyStorage storage
            ? storage.ViewedAs ?? storage.Storage.DType
            : throw Unfit(index, "a storage");

    public TensorView Tensor(int index) =>
        _items[index] is PyTensor tensor ? tensor.View : throw Unfit(index, "a tensor");

    public long Long(int index) => AsLong(_items[index]) ?? throw Unfit(index, "an integer of 64 bits");

    public bool Bool(int index) =>
        _items[index] is PyBool boolean ? boolean.Value : throw Unfit(index, "True or False");

    public string Text(int index) => _items[index] is PyString text ? text.Value : throw Unfit(index, "a string");

    public DType DType(int index) =>
        _items[index] is PyGlobal { Module: "torch" } global && DTypes.TryParse(global.Name, out DType? dtype)
            ? dtype.Value
            : throw Unfit(index, "an element type such as torch.float32");

    /// <summary>A shape or stride: a tuple, a list or a <c>torch.Size</c> of integers.</summary>
    /// <param name="index">Which argument.</param>
    /// <param name="likely">What is given again where the numbers are the same.</param>
    public ImmutableArray<long> Longs(int index, ImmutableArray<long> likely = default) =>
        AreLongs(_items[index], likely)
            ? likely
            : AsLongs(_items[index]) ?? throw Unfit(index, "a tuple of integers of 64 bits");

    /// <summary>A tuple among the arguments, to be read as arguments of the same function.</summary>
    public RebuildArguments Nested(int index, int least, int most) =>
        new(_function, _items[index], Location, least, most);

    /// <summary>Some of the arguments, in this order.</summary>
    public RebuildArguments Select(params ReadOnlySpan<int> indices)
    {
        var chosen = new PyValue[indices.Length];
        for (int i = 0; i < indices.Length; i++)
        {
            chosen[i] = _items[indices[i]];
        }
        return new(_function, PyTuple.Create(chosen), Location, chosen.Length, chosen.Length);
    }

    public CheckpointException Unfit(int index, string expected) =>
        Error($"{_items[index].Describe()} as argument {index} of {_function.FullName}", expected);

    public CheckpointException Error(string found, string expected) =>
        Location.Error(CheckpointErrorKind.InvalidTensor, found, expected);

    public static long? AsLong(PyValue value) =>
        value is PyInt number && number.TryGetInt64(out long small) ? small : null;

    private static bool AreLongs(PyValue value, ImmutableArray<long> numbers)
    {
        if (numbers.IsDefault || value is not PyTuple tuple || tuple.Count != numbers.Length)
        {
            return false;
        }
        for (int i = 0; i < numbers.Length; i++)
        {
            if (AsLong(tuple[i]) != numbers[i])
            {
                return false;
            }
        }
        return true;
    }

    public static ImmutableArray<long>? AsLongs(PyValue value)
    {
        ReadOnlySpan<PyValue> items;
        switch (value)
        {
            case PyTuple tuple:
                items = tuple.AsSpan();
                break;
            case PyList list:
                items = list.AsSpan();
                break;
            case PyObject { Global: { Module: "torch", Name: "Size" }, Arguments: PyTuple { Count: 1 } size }
                when size[0] is PyTuple or PyList:
                return AsLongs(size[0]);
            default:
                return null;
        }
        if (items.IsEmpty)
        {
            return [];
        }
        var numbers = new long[items.Length];
        for (int i = 0; i < items.Length; i++)
        {
            if (AsLong(items[i]) is not { } number)
            {
                return null;
            }
            numbers[i] = number;
        }
        return ImmutableCollectionsMarshal.AsImmutableArray(numbers);
    }
}
