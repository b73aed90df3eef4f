using System.Collections.Immutable;
using Pth.Errors;
using Pth.Pickle;

namespace Pth.Formats.Torch;

/// <summary>
/// Makes tensors of the calls by which a pickle describes them, and storages of persistent ids. A global that it does not know
/// stays what it is; a call that it knows and that is malformed is an error at its opcode.
/// </summary>
/// <remarks>The bounds of every strided tensor are proved against its storage. Indices of sparse tensors are data, and looked at on demand.</remarks>
internal sealed partial class TorchResolver(IStorageProvider storages, ErrorLocation location) : IPickleResolver
{
    private const string StorageTag = "storage";
    private const int MaxNesting = 64;

    private readonly List<string> _moduleSources = [];

    // Nearly all calls of a file are of one function, and the memo gives the same object each time.
    private PyGlobal? _lastGlobal;
    private RebuildFunction _lastFunction;

    // Tensors of one shape often stand one after the other, and then share it.
    private ImmutableArray<long> _lastShape = [];
    private ImmutableArray<long> _lastStrides = [];

    /// <summary>The names of the module classes that come with the text of their source.</summary>
    public IReadOnlyList<string> ModuleSources => _moduleSources;

    /// <summary>Takes a module's class that a persistent id gives.</summary>
    public PyGlobal AddModule(PyGlobal module)
    {
        if (module.Reference is { } reference && reference[^1] is PyString { Value.Length: > 0 })
        {
            _moduleSources.Add(module.FullName);
        }
        return module;
    }

    /// <inheritdoc />
    public PyValue ResolvePersistentId(PyValue id, long offset)
    {
        if (id is not PyTuple { Count: > 0 } tuple || tuple[0] is not PyString { Value: StorageTag })
        {
            return storages.IsLegacy && ModuleClass.TryRead(id) is { } module
                ? AddModule(module)
                : new PyPersistent(id);
        }
        ErrorLocation here = location.At(offset);
        if (
            tuple.Count != (storages.IsLegacy ? 6 : 5)
            || tuple[1] is not PyGlobal storageClass
            || tuple[2] is not PyString key
            || tuple[3] is not PyString device
            || RebuildArguments.AsLong(tuple[4]) is not ({ } count and >= 0)
        )
        {
            throw here.Error(
                CheckpointErrorKind.InvalidTensor,
                $"a reference to a storage by a {string.Join(", ", tuple.Select(item => item.Describe()))}",
                "'storage', its class, key, device and number of elements"
            );
        }
        if (!StorageClasses.TryGetDType(storageClass.Name, out DType? dtype))
        {
            throw here.Error(
                CheckpointErrorKind.InvalidTensor,
                $"a storage of class {storageClass.FullName}",
                "a storage class of PyTorch"
            );
        }
        var reference = new StorageReference(key.Value, dtype, count, device.Value)
        {
            Window = tuple.Count == 6 ? WindowOf(tuple[5], here) : null,
        };
        Storage storage = storages.Get(reference, here);
        // Empty storages are one under several types: there is no data to disagree about.
        DType named = dtype ?? DType.UInt8;
        return new PyStorage(storage) { Source = tuple, ViewedAs = named == storage.DType ? null : named };
    }

    private static StorageWindow? WindowOf(PyValue value, ErrorLocation here) =>
        value switch
        {
            PyNone => null,
            PyTuple { Count: 3 } window
                when window[0] is PyString key
                    && RebuildArguments.AsLong(window[1]) is { } first and >= 0
                    && RebuildArguments.AsLong(window[2]) is { } count and >= 0 => new(key.Value, first, count),
            _ => throw here.Error(
                CheckpointErrorKind.InvalidTensor,
                $"{value.Describe()} as the part of a storage",
                "None, or a key, the first element and the number of elements"
            ),
        };

    /// <inheritdoc />
    public PyValue? Construct(PyObject call, long offset)
    {
        if (call.Global is not { } global)
        {
            return null;
        }
        if (!ReferenceEquals(global, _lastGlobal))
        {
            _lastGlobal = global;
            _lastFunction = RebuildFunctions.Find(global);
        }
        if (_lastFunction == RebuildFunction.None)
        {
            return null;
        }
        TensorView? view = Rebuild(_lastFunction, global, call.Arguments, location.At(offset), nesting: 0);
        return view is null ? null : new PyTensor(view) { Source = call };
    }

    private TensorView? Rebuild(
        RebuildFunction function,
        PyGlobal global,
        PyValue arguments,
        ErrorLocation here,
        int nesting
    ) =>
        function switch
        {
            RebuildFunction.TensorV2 => RebuildTensorV2(new(global, arguments, here, 6, 7)),
            RebuildFunction.TensorV3 => RebuildTensorV3(new(global, arguments, here, 7, 8)),
            RebuildFunction.Tensor => RebuildTensor(new(global, arguments, here, 4, 4)),
            RebuildFunction.Parameter => RebuildParameter(new(global, arguments, here, 3, 4)),
            RebuildFunction.FromType => RebuildFromType(new(global, arguments, here, 4, 4), nesting),
            RebuildFunction.Quantized => RebuildQuantized(new(global, arguments, here, 7, 7)),
            RebuildFunction.Sparse => RebuildSparse(new(global, arguments, here, 2, 7)),
            RebuildFunction.Meta => RebuildMeta(new(global, arguments, here, 4, 4)),
            RebuildFunction.Nested => RebuildNested(new(global, arguments, here, 4, 4)),
            RebuildFunction.Jagged => RebuildJagged(new(global, arguments, here, 1, 1)),
            RebuildFunction.DeviceFromNumpy => RebuildFromNumpy(new(global, arguments, here, 4, 4)),
            RebuildFunction.DeviceFromCpu => RebuildFromCpu(new(global, arguments, here, 4, 4)),
            RebuildFunction.TensorClass => NewTensor(global, arguments),
            RebuildFunction.ParameterClass => NewParameter(arguments),
            RebuildFunction.VariableClass => NewVariable(arguments),
            // By itself it holds no data; see RebuildFromType.
            RebuildFunction.WrapperSubclass or _ => null,
        };
}
