using Pth.Errors;

namespace Pth.StateDicts;

/// <summary>Builds the tree of a whole pickled module: its own classes, with the arguments where they are PyTorch's.</summary>
internal sealed class PickledModuleReader(ErrorLocation location)
{
    // One module under many names is shown under each, and a small pickle can have very many; what walks the tree may recurse.
    private const int MaxDepth = 256;
    private const int MaxModules = 1_000_000;

    private readonly ModuleSignatures _signatures = new();
    private readonly TensorTies _ties = new();
    private int _count;

    public ModuleNode Read(PyValue value) =>
        Read(
            ModuleObject.TryRead(value) ?? throw new ArgumentException("The value is no module.", nameof(value)),
            name: "",
            path: "",
            depth: 0
        );

    private ModuleNode Read(ModuleObject module, string name, string path, int depth)
    {
        _count++;
        if (depth > MaxDepth || _count > MaxModules)
        {
            throw location.Error(
                CheckpointErrorKind.LimitExceeded,
                depth > MaxDepth ? $"modules nested more than {MaxDepth} deep" : $"more than {MaxModules} modules",
                "a network that can be shown"
            );
        }

        var tensors = new List<ModuleTensor>();
        foreach ((PyValue key, PyValue value) in module.Parameters.Concat(module.Buffers.Where(IsKept)))
        {
            if (value is PyTensor tensor)
            {
                string tensorName = PyKeyText.Of(key);
                string tensorKey = Join(path, tensorName);
                tensors.Add(new(tensorName, tensorKey, tensor.View, _ties.Meet(tensorKey, tensor.View)));
            }
        }

        var children = new List<ModuleNode>();
        foreach ((PyValue key, PyValue value) in module.Modules)
        {
            string childName = PyKeyText.Of(key);
            string childPath = Join(path, childName);
            if (ModuleObject.TryRead(value) is { } child)
            {
                children.Add(Read(child, childName, childPath, depth + 1));
                continue;
            }
            var other = new ModuleNode(
                childName,
                childPath,
                value is PyNone ? ModuleNodeKind.None : ModuleNodeKind.Module
            )
            {
                ClassName = (value as PyObject)?.Global?.Name ?? value.Describe(),
                IsExact = true,
            };
            _signatures.Assign(other);
            children.Add(other);
        }

        var node = new ModuleNode(name, path, ModuleNodeKind.Module)
        {
            ClassName = module.Class?.Name ?? "Module",
            Arguments = ModuleArguments.Of(module),
            IsExact = module.Class is not null,
            Tensors = tensors,
            Children = children,
        };
        _signatures.Assign(node);
        return node;

        bool IsKept(KeyValuePair<PyValue, PyValue> buffer) => module.IsPersistent(buffer.Key);
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
