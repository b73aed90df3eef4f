using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;

namespace Pth.Tests.Live;

/// <summary>
/// A random checkpoint made in .NET, and the recipe by which <c>recipes.py</c> makes the equal object in Python. Every value is made once
/// for each side, so identity is the same too.
/// </summary>
internal sealed class RandomCheckpoint
{
    private static readonly string[] Words =
    [
        "weight",
        "bias",
        "\u00e9t\u00e9",
        "\u4e2d",
        "\U0001F600",
        "a.b",
        "lr",
        "",
    ];

    private readonly Random _random;
    private readonly IReadOnlyList<DType> _dtypes;
    private readonly bool _canConjugate;
    private readonly JsonArray _storages = [];
    private readonly List<Storage> _made = [];
    private readonly List<(int Id, PyValue Value)> _seen = [];

    // Python has one object for each text and each run of bytes of length 0 or 1, one for each type, and one for each attribute's name.
    private readonly Dictionary<string, PyString> _short = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PyBytes> _shortBytes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PyGlobal> _globals = new(StringComparer.Ordinal);
    private readonly PyString _metadataName = new("_metadata");
    private int _ids;
    private int _names;

    private RandomCheckpoint(int seed, IReadOnlyList<DType> dtypes, bool canConjugate)
    {
        _random = new Random(seed);
        _dtypes = dtypes;
        _canConjugate = canConjugate;
    }

    /// <summary>Makes one.</summary>
    /// <param name="seed">Gives the same one again.</param>
    /// <param name="dtypes">The element types that the PyTorch version can save.</param>
    /// <param name="canConjugate">Whether it can save that a tensor is conjugated.</param>
    public static (PyValue Root, JsonNode Recipe) Make(int seed, IReadOnlyList<DType> dtypes, bool canConjugate)
    {
        var made = new RandomCheckpoint(seed, dtypes, canConjugate);
        (JsonNode? node, PyValue root) = made.Root();
        return (root, new JsonObject { ["storages"] = made._storages, ["root"] = node });
    }

    private (JsonNode? Node, PyValue Value) Root()
    {
        int kind = _random.Next(20);
        return kind switch
        {
            0 => Tensor(),
            1 => Numbers(isOrdered: false),
            2 => Numbers(isOrdered: true),
            3 => StateDict(),
            _ => Dict(Pick(1, 3, 5, 14), depth: 3, isOrdered: kind % 2 == 0),
        };
    }

    private (JsonNode? Node, PyValue Value) Any(int depth)
    {
        if (_seen.Count > 0 && _random.Next(12) == 0)
        {
            (int id, PyValue value) = _seen[_random.Next(_seen.Count)];
            return (new JsonArray("ref", id), value);
        }
        int kind = depth == 0 ? _random.Next(12) : _random.Next(20);
        return kind switch
        {
            < 4 => Scalar(),
            < 12 => Tensor(),
            < 14 => Items(depth, isTuple: true),
            < 16 => Items(depth, isTuple: false),
            < 17 => StateDict(),
            _ => Dict(Pick(0, 1, 2, 3, 12), depth - 1, isOrdered: kind == 19),
        };
    }

    private (JsonNode? Node, PyValue Value) Scalar()
    {
        switch (_random.Next(16))
        {
            case 0:
                return (null, PyNone.Value);
            case 1:
                bool truth = _random.Next(2) == 0;
                return (truth, PyBool.Of(truth));
            case 2:
                return Integer(_random.Next(-300, 300));
            case 3:
                return Integer(_random.NextInt64(-(1L << 33), 1L << 33));
            case 4:
                return Integer(BigInteger.Pow(3, _random.Next(200)) * (_random.Next(2) == 0 ? 1 : -1));
            case 5 or 6:
                double number = Pick(0.0, -0.0, double.PositiveInfinity, 1e-310, _random.NextDouble() * 1e6);
                return (Node("float", Hex(number)), new PyFloat(number));
            case 7 or 8:
                return Text(Words[_random.Next(Words.Length)]);
            case 9:
                return Text(Pick("\ud800", "a\udfffb", new string('x', 255), new string('\u00e9', 300)));
            case 10:
                return Bytes(isMutable: false);
            case 11:
                return Bytes(isMutable: true);
            case 12:
                double real = _random.Next(5);
                return Seen(
                    ["complex", Hex(real), Hex(-1.5)],
                    Call("builtins", "complex", new PyFloat(real), new PyFloat(-1.5))
                );
            case 13:
                var set = new PySet();
                int count = _random.Next(5);
                for (int i = 0; i < count; i++)
                {
                    set.Add(new PyInt(i));
                }
                return Seen(["set", Array(Enumerable.Range(0, count).Select(i => (JsonNode?)i))], set);
            case 14:
                DType dtype = _dtypes[_random.Next(_dtypes.Count)];
                return (Node("dtype", dtype.TorchName), Global("torch", dtype.TorchName));
            default:
                return Object();
        }
    }

    private (JsonNode? Node, PyValue Value) Object()
    {
        switch (_random.Next(4))
        {
            case 0:
                return Seen(
                    ["size", new JsonArray(2, 3)],
                    Call("torch", "Size", new PyTuple(new PyInt(2), new PyInt(3)))
                );
            case 1:
                return Seen(["device", "cpu"], Call("torch", "device", new PyString("cpu")));
            case 2:
                return Seen(["device", "cuda", 1], Call("torch", "device", new PyString("cuda"), new PyInt(1)));
            default:
                (JsonNode key, PyValue name) = Name();
                return Seen(
                    ["counter", new JsonArray(new JsonArray(key, Integer(2).Node))],
                    Call("collections", "Counter", new PyDict { { name, new PyInt(2) } })
                );
        }
    }

    private (JsonNode? Node, PyValue Value) Items(int depth, bool isTuple)
    {
        (JsonNode? Node, PyValue Value)[] items = [.. Repeat(Pick(0, 1, 2, 3, 4, 7), () => Any(depth - 1))];
        JsonArray nodes = Array(items.Select(item => item.Node));
        if (isTuple)
        {
            return Seen(["tuple", nodes], PyTuple.Create([.. items.Select(item => item.Value)]));
        }
        var list = new PyList();
        foreach ((_, PyValue value) in items)
        {
            list.Add(value);
        }
        return Seen(["list", nodes], list);
    }

    private (JsonNode? Node, PyValue Value) Dict(int count, int depth, bool isOrdered)
    {
        var dict = new PyDict { IsOrdered = isOrdered };
        var nodes = new JsonArray();
        for (int i = 0; i < count; i++)
        {
            (JsonNode key, PyValue name) = _random.Next(10) == 0 ? Integer(1000 + _names++)! : Name();
            (JsonNode? node, PyValue value) = Any(depth);
            dict.Add(name, value);
            nodes.Add(new JsonArray(key, node));
        }
        return Seen([isOrdered ? "odict" : "dict", nodes], dict);
    }

    /// <summary>As many as make the pickler's batches full, or one more or less.</summary>
    private (JsonNode? Node, PyValue Value) Numbers(bool isOrdered)
    {
        var dict = new PyDict { IsOrdered = isOrdered };
        var nodes = new JsonArray();
        int count = Pick(999, 1000, 1001, 2000, 2001);
        for (int i = 0; i < count; i++)
        {
            nodes.Add(new JsonArray(Integer(i).Node, null));
            dict.Add(new PyInt(i), PyNone.Value);
        }
        return Seen([isOrdered ? "odict" : "dict", nodes], dict);
    }

    private (JsonNode? Node, PyValue Value) StateDict()
    {
        var dict = new PyDict { IsOrdered = true };
        var nodes = new JsonArray();
        foreach (string name in (ReadOnlySpan<string>)["0.weight", "0.bias", "1.num_batches_tracked"])
        {
            (JsonNode key, PyValue text) = Text($"{name}_{_names++}");
            (JsonNode? node, PyValue tensor) = Strided(isParameter: false);
            dict.Add(text, tensor);
            nodes.Add(new JsonArray(key, node));
        }
        (JsonNode version, PyValue versionText) = Text("version");
        var metadata = new PyDict { IsOrdered = true };
        var entries = new JsonArray();
        foreach (string path in (ReadOnlySpan<string>)["", "0", "1"])
        {
            (JsonNode key, PyValue text) = Text(path);
            (JsonNode? node, PyValue inner) = Seen(
                ["dict", new JsonArray(new JsonArray(version, Integer(1).Node))],
                new PyDict { { versionText, new PyInt(1) } }
            );
            metadata.Add(text, inner);
            entries.Add(new JsonArray(key, node));
            version = new JsonArray("ref", (int)version[1]!);
        }
        dict.State = new PyDict { { _metadataName, metadata } };
        return Seen(["odict", nodes, Node("odict", entries)], dict);
    }

    private (JsonNode? Node, PyValue Value) Tensor() =>
        _random.Next(20) switch
        {
            0 => Meta(),
            1 => Quantized(),
            2 => QuantizedByChannel(),
            3 => Coo(),
            4 => Csr(),
            < 8 => Strided(isParameter: true),
            _ => Strided(isParameter: false),
        };

    private (JsonNode? Node, PyValue Value) Strided(bool isParameter)
    {
        int index = _made.Count > 0 && _random.Next(3) == 0 ? _random.Next(_made.Count) : AddStorage(AnyDType(), null);
        Storage storage = _made[index];
        (ImmutableArray<long> shape, ImmutableArray<long> strides, long offset) = View(
            storage.ByteCount / storage.DType.ItemSize
        );
        bool isComplex = storage.DType is DType.Complex64 or DType.Complex128;
        bool canGrad = isComplex || storage.DType is DType.Float16 or DType.BFloat16 or DType.Float32 or DType.Float64;
        bool requiresGrad = canGrad && _random.Next(isParameter ? 2 : 6) == 0;
        bool isConjugated = _canConjugate && isComplex && !isParameter && _random.Next(3) == 0;
        var view = new TensorView(storage, storage.DType, shape, strides, offset)
        {
            RequiresGrad = requiresGrad,
            IsParameter = isParameter,
            IsConjugated = isConjugated,
        };
        return Seen(
            ["tensor", index, Array(shape), Array(strides), offset, requiresGrad, isParameter, isConjugated],
            new PyTensor(view)
        );
    }

    /// <summary>Any view that lies inside.</summary>
    private (ImmutableArray<long> Shape, ImmutableArray<long> Strides, long Offset) View(long count)
    {
        if (count == 0)
        {
            return _random.Next(2) == 0 ? ([0], [1], 0) : ([2, 0, 3], [3, 3, 1], 0);
        }
        long offset = _random.Next(4) == 0 ? _random.NextInt64(count) : 0;
        long left = count - offset;
        var shape = ImmutableArray.CreateBuilder<long>();
        var strides = ImmutableArray.CreateBuilder<long>();
        for (int dimension = _random.Next(4); dimension > 0; dimension--)
        {
            long stride = _random.Next(5);
            long most = stride == 0 ? 3 : Math.Min(5, ((left - 1) / stride) + 1);
            long size = _random.NextInt64(most + 1);
            shape.Add(size);
            strides.Add(stride);
            left -= Math.Max(0, size - 1) * stride;
        }
        return (shape.ToImmutable(), strides.ToImmutable(), offset);
    }

    private (JsonNode? Node, PyValue Value) Meta()
    {
        DType dtype = AnyDType();
        TensorView like = TensorView.FromBytes(dtype, new byte[6 * dtype.ItemSize], [2, 3]);
        var view = new TensorView(Storage.Meta(like.ByteCount, dtype), dtype, like.Shape, like.Strides);
        return Seen(["meta", dtype.TorchName, Array(view.Shape), Array(view.Strides)], new PyTensor(view));
    }

    private (JsonNode? Node, PyValue Value) Quantized()
    {
        (DType integers, DType quantized) = Pick(
            (DType.Int8, DType.QInt8),
            (DType.UInt8, DType.QUInt8),
            (DType.Int32, DType.QInt32)
        );
        (int index, TensorView view) = QuantizedView(integers, quantized);
        int zeroPoint = _random.Next(5);
        return Seen(
            ["qtensor", index, Array(view.Shape), 0.25, zeroPoint],
            new PyTensor(new TensorView(view) { Quantization = new Quantization.PerTensor(0.25, zeroPoint) })
        );
    }

    private (JsonNode? Node, PyValue Value) QuantizedByChannel()
    {
        (int index, TensorView view) = QuantizedView(DType.Int8, DType.QInt8);
        var channels = new Quantization.PerChannel(
            TensorView.FromArray<double>([0.5, 0.25], [2]),
            TensorView.FromArray<long>([0, 3], [2]),
            Axis: 0
        );
        return Seen(
            ["qchannel", index, Array(view.Shape), new JsonArray(0.5, 0.25), new JsonArray(0, 3), 0],
            new PyTensor(new TensorView(view) { Quantization = channels })
        );
    }

    private (int Index, TensorView View) QuantizedView(DType integers, DType quantized)
    {
        int index = AddStorage(integers, 6);
        // PyTorch copies the integers into a storage of the quantized type.
        byte[] bytes = _made[index].GetSpan(0, 6 * integers.ItemSize).ToArray();
        return (index, TensorView.FromBytes(quantized, bytes, [2, 3]));
    }

    private (JsonNode? Node, PyValue Value) Coo()
    {
        (JsonNode indices, TensorView indicesView) = Fresh(TensorView.FromArray<long>([0, 2, 1, 0], [2, 2]));
        (JsonNode values, TensorView valuesView) = Fresh(TensorView.FromArray<float>([1.5f, -2], [2]));
        bool isCoalesced = _random.Next(2) == 0;
        TensorView view = TensorView.FromParts(
            TensorLayout.SparseCoo,
            DType.Float32,
            [3, 2],
            [new TensorPart("indices", indicesView), new TensorPart("values", valuesView)]
        );
        return Seen(
            ["coo", indices, values, new JsonArray(3, 2), isCoalesced],
            new PyTensor(new TensorView(view) { IsCoalesced = isCoalesced })
        );
    }

    private (JsonNode? Node, PyValue Value) Csr()
    {
        (JsonNode rows, TensorView rowsView) = Fresh(TensorView.FromArray<long>([0, 1, 2], [3]));
        (JsonNode columns, TensorView columnsView) = Fresh(TensorView.FromArray<long>([2, 0], [2]));
        (JsonNode values, TensorView valuesView) = Fresh(TensorView.FromArray<double>([0.5, 4], [2]));
        return Seen(
            ["csr", rows, columns, values, new JsonArray(2, 3)],
            new PyTensor(
                TensorView.FromParts(
                    TensorLayout.SparseCsr,
                    DType.Float64,
                    [2, 3],
                    [
                        new TensorPart("crow_indices", rowsView),
                        new TensorPart("col_indices", columnsView),
                        new TensorPart("values", valuesView),
                    ]
                )
            )
        );
    }

    private (JsonNode Node, TensorView View) Fresh(TensorView view)
    {
        _made.Add(view.Storage);
        _storages.Add(
            new JsonArray(
                view.DType.TorchName,
                Convert.ToHexString(view.Storage.GetSpan(0, (int)view.Storage.ByteCount))
            )
        );
        return (Node("tensor", _made.Count - 1, Array(view.Shape), Array(view.Strides), 0), view);
    }

    private int AddStorage(DType dtype, int? count)
    {
        var bytes = new byte[(count ?? Pick(0, 1, 2, 5, 16, 33, 100)) * dtype.ItemSize];
        _random.NextBytes(bytes);
        if (dtype == DType.Bool)
        {
            for (int i = 0; i < bytes.Length; i++)
            {
                bytes[i] &= 1;
            }
        }
        Fresh(TensorView.FromBytes(dtype, bytes, [bytes.Length / dtype.ItemSize]));
        return _made.Count - 1;
    }

    private DType AnyDType() => _dtypes[_random.Next(_dtypes.Count)];

    private (JsonNode Node, PyValue Value) Name() => Text($"{Words[_random.Next(Words.Length)]}_{_names++}");

    private (JsonNode Node, PyValue Value) Text(string text)
    {
        PyString? value;
        if (text.Length > 1 || (text.Length == 1 && text[0] > 0xFF))
        {
            value = new PyString(text);
        }
        else if (!_short.TryGetValue(text, out value))
        {
            _short.Add(text, value = new PyString(text));
        }
        (JsonNode? node, PyValue seen) = Seen(["str", Hex(text)], value);
        return (node!, seen);
    }

    private (JsonNode? Node, PyValue Value) Bytes(bool isMutable)
    {
        // Empty bytes are a call of `bytes`, which torch.load with weights_only refuses.
        var bytes = new byte[isMutable ? Pick(0, 1, 4) : Pick(1, 4, 300)];
        _random.NextBytes(bytes);
        string hex = Convert.ToHexString(bytes);
        PyBytes? value;
        if (isMutable || bytes.Length > 1)
        {
            value = new PyBytes(bytes, isMutable);
        }
        else if (!_shortBytes.TryGetValue(hex, out value))
        {
            _shortBytes.Add(hex, value = new PyBytes(bytes));
        }
        return Seen([isMutable ? "bytearray" : "bytes", hex], value);
    }

    private (JsonNode Node, PyValue Value) Integer(BigInteger number) =>
        (Node("int", number.ToString()), new PyInt(number));

    private PyGlobal Global(string module, string name)
    {
        string key = $"{module}.{name}";
        if (!_globals.TryGetValue(key, out PyGlobal? global))
        {
            _globals.Add(key, global = new PyGlobal(module, name));
        }
        return global;
    }

    private PyObject Call(string module, string name, params ReadOnlySpan<PyValue> arguments) =>
        new(Global(module, name), PyTuple.Create(arguments));

    /// <summary>A value that may be met again.</summary>
    private (JsonNode? Node, PyValue Value) Seen(ReadOnlySpan<JsonNode?> parts, PyValue value)
    {
        JsonArray node = Node((string)parts[0]!, parts[1..]);
        _seen.Add(((int)node[1]!, value));
        return (node, value);
    }

    private JsonArray Node(string kind, params ReadOnlySpan<JsonNode?> parts) => new([kind, _ids++, .. parts]);

    private static JsonArray Array<T>(IEnumerable<T> items) =>
        new([.. items.Select(item => item as JsonNode ?? JsonValue.Create(item))]);

    /// <summary>UTF-16, lone surrogates too.</summary>
    private static string Hex(string text) => string.Concat(text.Select(unit => $"{(int)unit:x4}"));

    private static string Hex(double number) =>
        BitConverter.DoubleToUInt64Bits(number).ToString("x16", CultureInfo.InvariantCulture);

    private static IEnumerable<T> Repeat<T>(int count, Func<T> make)
    {
        for (int i = 0; i < count; i++)
        {
            yield return make();
        }
    }

    private T Pick<T>(params ReadOnlySpan<T> choices) => choices[_random.Next(choices.Length)];
}
