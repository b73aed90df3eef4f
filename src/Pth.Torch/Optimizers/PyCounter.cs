namespace Pth.Torch.Optimizers;

/// <summary><c>collections.Counter</c>, in which PyTorch keeps milestones.</summary>
internal static class PyCounter
{
    /// <exception cref="OptimizerStateException">It is no counter of whole numbers.</exception>
    /// <exception cref="NotSupportedException">A number is in it more than once.</exception>
    public static List<int> Read(PyValue value, string where)
    {
        PyDict counts =
            value as PyDict
            ?? ((value as PyObject)?.Arguments as PyTuple)?.OfType<PyDict>().FirstOrDefault()
            ?? throw PyNumbers.Wrong(where, value, "a counter");
        var numbers = new List<int>();
        foreach ((PyValue key, PyValue count) in counts)
        {
            if (PyNumbers.ToInt64(count, where) != 1)
            {
                throw new NotSupportedException(
                    $"{where} has {key.Describe()} more than once, for which PyTorch applies gamma as often; TorchSharp applies it once."
                );
            }
            long number = PyNumbers.ToInt64(key, where);
            numbers.Add(
                number is >= 0 and <= int.MaxValue
                    ? (int)number
                    : throw PyNumbers.Wrong(where, key, "a number of 32 bits")
            );
        }
        return numbers;
    }

    public static PyValue Write(IEnumerable<int> numbers)
    {
        var counts = new PyDict();
        foreach (int number in numbers)
        {
            counts[new PyInt(number)] = new PyInt(1);
        }
        return new PyObject(new PyGlobal("collections", "Counter"), new PyTuple(counts));
    }
}
