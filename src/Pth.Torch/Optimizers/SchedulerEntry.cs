namespace Pth.Torch.Optimizers;

/// <summary>One key of a scheduler's state.</summary>
/// <param name="Name">PyTorch's name.</param>
/// <param name="Read">Reads a value of a file without a change to anything, and returns what puts it in its place.</param>
/// <param name="Write">The value for a file.</param>
internal sealed record SchedulerEntry(string Name, Func<PyValue, string, Action> Read, Func<PyValue> Write)
{
    /// <summary>A field of a scheduler.</summary>
    public delegate ref T Field<T>();

    /// <summary>Whether a file without it is none of this scheduler's.</summary>
    public bool IsRequired { get; init; } = true;

    /// <summary>A number; <paramref name="isInt"/> where PyTorch's own is an <c>int</c>.</summary>
    public static SchedulerEntry Number(string name, Field<double> field, bool isInt = false) =>
        new(
            name,
            (value, where) =>
            {
                double number = PyNumbers.ToDouble(value, where);
                return () => field() = number;
            },
            () => isInt ? PyNumbers.WholeIfItIs(field()) : new PyFloat(field())
        );

    /// <summary>A whole number that TorchSharp keeps in 32 bits.</summary>
    /// <param name="name">PyTorch's name.</param>
    /// <param name="field">Where TorchSharp keeps it.</param>
    /// <param name="ahead">By how much PyTorch's is greater.</param>
    public static SchedulerEntry Whole(string name, Field<int> field, int ahead = 0) =>
        new(
            name,
            (value, where) =>
            {
                long number = PyNumbers.ToInt64(value, where) - ahead;
                int narrow = number is >= int.MinValue and <= int.MaxValue
                    ? (int)number
                    : throw PyNumbers.Wrong(where, value, "a number of 32 bits");
                return () => field() = narrow;
            },
            () => new PyInt((long)field() + ahead)
        );

    /// <summary>A text.</summary>
    public static SchedulerEntry Text(string name, Field<string> field) =>
        new(
            name,
            (value, where) =>
            {
                string text = (value as PyString ?? throw PyNumbers.Wrong(where, value, "a text")).Value;
                return () => field() = text;
            },
            () => field()
        );

    /// <summary>A number for each group.</summary>
    public static SchedulerEntry Rates(
        string name,
        int groups,
        Func<IReadOnlyList<double>> get,
        Action<List<double>> set
    ) =>
        new(
            name,
            (value, where) =>
            {
                List<double> rates =
                [
                    .. PyNumbers.ToItems(value, where).Select(item => PyNumbers.ToDouble(item, where)),
                ];
                return rates.Count == groups
                    ? () => set(rates)
                    : throw new OptimizerStateException(
                        $"{where}: found {rates.Count} numbers, expected {groups}, one for each group."
                    );
            },
            () => ListOf(get().Select(rate => (PyValue)rate))
        );

    /// <summary>What this scheduler must have been made with, as it cannot be changed.</summary>
    /// <param name="name">PyTorch's name.</param>
    /// <param name="own">This scheduler's, as PyTorch writes it.</param>
    public static SchedulerEntry Same(string name, PyValue own) =>
        new(
            name,
            (value, where) =>
                value.Describe() == own.Describe()
                    ? () => { }
                    : throw new NotSupportedException(
                        $"{where} is {value.Describe()}, and this scheduler was made with {own.Describe()}."
                    ),
            () => own
        );

    /// <summary>PyTorch's own concern: not read, and written as a constant.</summary>
    public static SchedulerEntry Constant(string name, PyValue value) =>
        new(name, static (_, _) => static () => { }, () => value) { IsRequired = false };

    public static PyList ListOf(IEnumerable<PyValue> items)
    {
        var list = new PyList();
        foreach (PyValue item in items)
        {
            list.Add(item);
        }
        return list;
    }
}
