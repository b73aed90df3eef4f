using System.Globalization;
using System.Text.Json.Nodes;

namespace Pth.Tests.Live;

/// <summary>
/// A random checkpoint made in .NET, and the recipe by which <c>recipes.py</c> makes the equal object in Python. Every value is made once
/// for each side, so identity is the same too.
/// </summary>
internal sealed partial class RandomCheckpoint
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
