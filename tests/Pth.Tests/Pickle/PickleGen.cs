using CsCheck;

namespace Pth.Tests.Pickle;

/// <summary>Makes values at random, in which parts are shared.</summary>
internal static class PickleGen
{
    private const int Kinds = 15;

    /// <summary>
    /// Each step makes one value of what earlier steps made, so that any may be held by several; the last holds all that nothing
    /// holds yet.
    /// </summary>
    public static Gen<PyValue> Graph { get; } =
        Gen.Select(Gen.Int[0, Kinds - 1], Gen.Long, Gen.Double, Gen.String, Gen.Int[0, 1_000].Array[0, 12])
            .Array[1, 40]
            .Select(Build);

    private static PyValue Build((int Kind, long Integer, double Number, string Text, int[] Picks)[] steps)
    {
        var made = new List<PyValue> { PyNone.Value };
        foreach (var step in steps)
        {
            made.Add(Make(step, made));
        }
        return new PyTuple([.. made]);
    }

    private static PyValue Make(
        (int Kind, long Integer, double Number, string Text, int[] Picks) step,
        List<PyValue> made
    )
    {
        PyValue[] parts = [.. step.Picks.Select(pick => made[pick % made.Count])];
        // What is shown of a value must stay short, however often its parts are shared.
        parts = parts.Sum(part => Pickles.Show(part).Length) > 2_000 ? [] : parts;
        PyValue[] keys = [.. parts.Where(PyKeyComparer.IsHashable)];
        return step.Kind switch
        {
            0 => step.Integer,
            1 => step.Number,
            2 => step.Text,
            3 => PyBool.Of(step.Integer > 0),
            4 => new PyBytes(BitConverter.GetBytes(step.Integer), isMutable: step.Number > 0),
            5 => new PyTuple(parts),
            6 => new PyList().With(parts),
            7 or 8 => MakeDict(keys, isOrdered: step.Kind == 8, state: step.Number > 0 ? parts.FirstOrDefault() : null),
            9 => new PySet { IsFrozen = step.Number > 0 }.With(keys),
            10 => new PyGlobal("module", step.Integer > 0 ? "one" : "other"),
            11 => new PyObject(new PyGlobal("module", "call"), new PyTuple(parts)) { State = parts.FirstOrDefault() },
            12 => new PyObject(new PyGlobal("module", "Class"), new PyTuple(parts), PyConstruction.NewObject)
            {
                Items = parts.Length > 0 ? new PyList().With(parts) : null,
                Entries = keys.Length > 0 ? MakeDict(keys, isOrdered: false, state: null) : null,
            },
            13 => new PyExtension((int)(step.Integer & 0x7FFF_FFFE) + 1),
            _ => new PyPersistent(new PyTuple(parts)),
        };
    }

    private static PyDict MakeDict(PyValue[] keys, bool isOrdered, PyValue? state)
    {
        var dict = new PyDict { IsOrdered = isOrdered, State = isOrdered ? state : null };
        foreach (PyValue key in keys)
        {
            dict[key] = key;
        }
        return dict;
    }

    public static PyList With(this PyList list, params PyValue[] items)
    {
        foreach (PyValue item in items)
        {
            list.Add(item);
        }
        return list;
    }

    public static PySet With(this PySet set, params PyValue[] items)
    {
        foreach (PyValue item in items)
        {
            set.Add(item);
        }
        return set;
    }
}
