using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace Pth.Tests.Pickle;

/// <summary>Compares a value with what CPython read, as <c>expected.json</c> says it: kinds, contents, order and identity.</summary>
internal sealed class PickleMatch
{
    private readonly Dictionary<int, PyValue> _known = [];

    public static void Check(JsonElement expected, PyValue actual) => new PickleMatch().Match(expected, actual, "root");

    private void Match(JsonElement expected, PyValue actual, string path)
    {
        switch (expected.ValueKind)
        {
            case JsonValueKind.Null:
                Assert.Same(PyNone.Value, actual);
                break;
            case JsonValueKind.True or JsonValueKind.False:
                Assert.Same(PyBool.Of(expected.GetBoolean()), actual);
                break;
            case JsonValueKind.Number:
                Assert.Equal(
                    BigInteger.Parse(expected.GetRawText(), CultureInfo.InvariantCulture),
                    Assert.IsType<PyInt>(actual).Value
                );
                break;
            case JsonValueKind.String:
                Assert.Equal(expected.GetString(), Assert.IsType<PyString>(actual).Value);
                break;
            default:
                MatchTagged(expected, actual, path);
                break;
        }
    }

    private void MatchTagged(JsonElement expected, PyValue actual, string path)
    {
        foreach (JsonProperty property in expected.EnumerateObject())
        {
            JsonElement content = property.Value;
            string at = $"{path}/{property.Name}";
            switch (property.Name)
            {
                case "id":
                    _known.Add(content.GetInt32(), actual);
                    break;
                case "ref":
                    Assert.Same(_known[content.GetInt32()], actual);
                    break;
                case "float":
                    Assert.Equal(
                        Convert.FromHexString(content.GetString()!),
                        BigEndian(Assert.IsType<PyFloat>(actual).Value)
                    );
                    break;
                case "utf8":
                    Assert.Equal(content.GetString(), Assert.IsType<PyString>(actual).Value);
                    break;
                case "utf16":
                    Assert.Equal(
                        Convert.FromHexString(content.GetString()!),
                        Utf16(Assert.IsType<PyString>(actual).Value)
                    );
                    break;
                case "bstr":
                    byte[] bytes = Convert.FromHexString(content.GetString()!);
                    Assert.Equal(
                        bytes,
                        actual is PyString text ? Encoding.UTF8.GetBytes(text.Value) : ((PyBytes)actual).Value.ToArray()
                    );
                    break;
                case "bytes" or "bytearray":
                    var blob = Assert.IsType<PyBytes>(actual);
                    Assert.Equal(property.Name == "bytearray", blob.IsMutable);
                    Assert.Equal(Convert.FromHexString(content.GetString()!), blob.Value.ToArray());
                    break;
                case "list":
                    MatchAll(content, Assert.IsType<PyList>(actual), at);
                    break;
                case "tuple":
                    MatchAll(content, Assert.IsType<PyTuple>(actual), at);
                    break;
                case "set" or "frozenset":
                    var set = Assert.IsType<PySet>(actual);
                    Assert.Equal(property.Name == "frozenset", set.IsFrozen);
                    MatchAll(content, set, at);
                    break;
                case "dict" or "odict":
                    var dict = Assert.IsType<PyDict>(actual);
                    Assert.Equal(property.Name == "odict", dict.IsOrdered);
                    MatchEntries(content, dict, at);
                    MatchOptional(expected, "state", dict.State, at);
                    MatchLater(expected, dict.LaterStates, at);
                    break;
                case "state" or "later" or "readonly":
                    break;
                case "extension":
                    Assert.Equal(content.GetInt32(), Assert.IsType<PyExtension>(actual).Code);
                    break;
                case "buffer":
                    var buffer = Assert.IsType<PyBuffer>(actual);
                    Assert.Equal(content.GetInt32(), buffer.Index);
                    Assert.Equal(expected.GetProperty("readonly").GetBoolean(), buffer.IsReadOnly);
                    break;
                case "global":
                    var global = Assert.IsType<PyGlobal>(actual);
                    Assert.Equal((content[0].GetString(), content[1].GetString()), (global.Module, global.Name));
                    break;
                case "persistent":
                    Match(content, Assert.IsType<PyPersistent>(actual).Id, at);
                    break;
                case "object":
                    MatchObject(content, Assert.IsType<PyObject>(actual), at);
                    break;
                default:
                    Assert.Fail($"{at}: nobody knows how to compare this");
                    break;
            }
        }
    }

    private void MatchObject(JsonElement expected, PyObject actual, string path)
    {
        Match(expected.GetProperty("callable"), actual.Callable, path);
        Match(expected.GetProperty("arguments"), actual.Arguments, path);
        Assert.Equal(
            expected.GetProperty("how").GetString(),
            actual.Construction switch
            {
                PyConstruction.Reduce => "reduce",
                PyConstruction.NewObject => "newobj",
                _ => "newobj_ex",
            }
        );
        MatchOptional(expected, "keywords", actual.Keywords, path);
        MatchOptional(expected, "state", actual.State, path);
        MatchLater(expected, actual.LaterStates, path);
        Assert.Equal(expected.TryGetProperty("items", out JsonElement items), actual.Items is not null);
        if (actual.Items is not null)
        {
            MatchAll(items, actual.Items, path);
        }
        Assert.Equal(expected.TryGetProperty("entries", out JsonElement entries), actual.Entries is not null);
        if (actual.Entries is not null)
        {
            MatchEntries(entries, actual.Entries, path);
        }
    }

    private void MatchOptional(JsonElement expected, string name, PyValue? actual, string path)
    {
        Assert.Equal(expected.TryGetProperty(name, out JsonElement part), actual is not null);
        if (actual is not null)
        {
            Match(part, actual, $"{path}/{name}");
        }
    }

    private void MatchLater(JsonElement expected, IReadOnlyList<PyValue> actual, string path)
    {
        Assert.Equal(expected.TryGetProperty("later", out JsonElement later), actual.Count > 0);
        if (actual.Count > 0)
        {
            MatchAll(later, actual, $"{path}/later");
        }
    }

    private void MatchAll(JsonElement expected, IReadOnlyCollection<PyValue> actual, string path)
    {
        Assert.Equal(expected.GetArrayLength(), actual.Count);
        int i = 0;
        foreach ((JsonElement item, PyValue value) in expected.EnumerateArray().Zip(actual))
        {
            Match(item, value, $"{path}[{i++}]");
        }
    }

    private void MatchEntries(JsonElement expected, PyDict actual, string path)
    {
        Assert.Equal(expected.GetArrayLength(), actual.Count);
        foreach ((JsonElement pair, KeyValuePair<PyValue, PyValue> entry) in expected.EnumerateArray().Zip(actual))
        {
            Match(pair[0], entry.Key, path);
            Match(pair[1], entry.Value, $"{path}.{entry.Key.Describe()}");
        }
    }

    private static byte[] BigEndian(double value)
    {
        var bytes = new byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteDoubleBigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Utf16(string text) =>
        text.SelectMany(unit => new[] { (byte)(unit >> 8), (byte)unit }).ToArray();
}
