using Pth.Cli.Output;
using Pth.Cli.Parsing;

namespace Pth.Cli.Commands;

/// <summary>What <c>pth convert</c> writes of a checkpoint.</summary>
internal sealed class ConvertedContent
{
    private readonly ConvertCommand _wanted;

    /// <exception cref="CommandException">It cannot be done with this checkpoint.</exception>
    /// <exception cref="CheckpointException">There is no state dict, and one is needed.</exception>
    public ConvertedContent(Checkpoint checkpoint, ConvertCommand wanted, ContainerFormat format)
    {
        _wanted = wanted;
        Report = new CastReport();
        if (checkpoint.Root is PyTensor lone)
        {
            Root = ConvertLone(lone, FormatNames.HoldsObjects(format) || format == ContainerFormat.Npy);
        }
        else if (Locate(checkpoint) is { } location)
        {
            StateDict state = Convert(location.Read());
            Root = Choose(checkpoint, location, state, format);
        }
        else
        {
            Root = checkpoint.Root;
            Names = checkpoint.Tensors.Count;
            Bytes = checkpoint.Tensors.Sum(named => named.Tensor.ByteCount);
        }
    }

    /// <summary>What is saved.</summary>
    public PyValue Root { get; }

    /// <summary>What the new element type has cost, once all is written.</summary>
    public CastReport Report { get; }

    /// <summary>How many names there were to choose from.</summary>
    public int Names { get; private set; }

    /// <summary>How many tensors get another type.</summary>
    public int Converted { get; private set; }

    /// <summary>How many tensors keep a type that is not the wanted one: integers, bool, complex, quantized.</summary>
    public int LeftAlone { get; private set; }

    /// <summary>The bytes of the tensors that are taken, as they will be.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether the choice of names left no tensor.</summary>
    public bool HasNothing { get; private set; }

    private bool Chooses => _wanted.Only.Count > 0 || _wanted.Drop.Count > 0;

    private bool Changes => _wanted.DType is not null || Chooses || _wanted.Unwrap;

    // Without a state dict all there is can be written as it is, but nothing of it be chosen or changed.
    private StateDictLocation? Locate(Checkpoint checkpoint) =>
        _wanted.At is not null ? StateDictLocation.At(checkpoint.Root, _wanted.At)
        : Changes ? StateDictLocation.Find(checkpoint.Root)
        : CheckpointLayout.Of(checkpoint.Root).StateDict;

    private StateDict Convert(StateDict state)
    {
        Names = state.Count;
        if (_wanted.Unwrap)
        {
            state = Refusal.Translate(_wanted.File, state.Unwrap);
        }
        if (Chooses)
        {
            Glob[] only = [.. _wanted.Only.Select(pattern => new Glob(pattern))];
            Glob[] drop = [.. _wanted.Drop.Select(pattern => new Glob(pattern))];
            state = state.Where(name =>
                (only.Length == 0 || only.Any(glob => glob.IsMatch(name))) && !drop.Any(glob => glob.IsMatch(name))
            );
            HasNothing = state.Count == 0;
        }
        StateDict converted = _wanted.DType is { } dtype ? state.ConvertTo(dtype, Options()) : state;
        foreach ((string name, TensorView tensor) in converted)
        {
            Bytes += tensor.ByteCount;
            Converted += tensor.DType == state[name].DType ? 0 : 1;
            LeftAlone += _wanted.DType is { } wanted && tensor.DType != wanted ? 1 : 0;
        }
        return converted;
    }

    private PyValue Choose(Checkpoint checkpoint, StateDictLocation location, StateDict state, ContainerFormat format)
    {
        if (format == ContainerFormat.Npy && state.Count == 1)
        {
            return new PyTensor(state.Values[0]);
        }
        if (_wanted.At is not null || (_wanted.TensorsOnly && (FormatNames.HoldsObjects(format) || location.IsModule)))
        {
            return OnlyTensors(state).ToPython();
        }
        if (!Changes)
        {
            return checkpoint.Root;
        }
        if (location.IsModule)
        {
            throw new CommandException(
                $"{location.Path} is a whole pickled module, whose names and types belong to its classes; --tensors-only takes its tensors alone"
            );
        }
        return Refusal.Translate(checkpoint.Name, () => location.Replace(state));
    }

    private StateDict OnlyTensors(StateDict state) => _wanted.TensorsOnly ? state.Where(state.ContainsKey) : state;

    private PyValue ConvertLone(PyTensor lone, bool staysLone)
    {
        if (Chooses || _wanted.Unwrap || _wanted.At is not null)
        {
            throw new CommandException(
                $"{_wanted.File} holds one tensor without a name: there is nothing to choose or rename"
            );
        }
        Names = 1;
        string name = Path.GetFileNameWithoutExtension(_wanted.File);
        var state = new StateDict();
        state.SetEntry(name, lone);
        StateDict converted = Convert(state);
        return staysLone ? converted.Entries[name] : converted.ToPython();
    }

    private CastOptions Options() => new() { Saturate = _wanted.Saturate, Report = Report };
}
