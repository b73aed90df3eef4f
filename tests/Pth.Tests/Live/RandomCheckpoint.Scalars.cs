using System.Numerics;
using System.Text.Json.Nodes;

namespace Pth.Tests.Live;

// Values without others inside.
internal sealed partial class RandomCheckpoint
{
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
}
