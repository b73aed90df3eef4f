using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Pth.Distributed.Replicas;

/// <summary>
/// Copies a module with all that is in it, which TorchSharp cannot: the objects of the modules, and the collections, arrays and tuples that hold
/// them, field by field. Parameters become leaves of their own; on the same device they share their values with the original.
/// </summary>
/// <remarks>
/// Native handles of modules are shared: TorchSharp's layers compute in managed code from their fields, and the handle has but the training flag,
/// which copies so follow. Layers that keep their parameters in native code (LSTM, Embedding, Transformer, ...) cannot be copied so, nor can modules that hold
/// functions bound to a module.
/// </remarks>
internal sealed class ModuleCopier(Device device, bool sharesBuffers)
{
    private readonly Dictionary<object, object> _copies = new(ReferenceEqualityComparer.Instance);

    /// <summary>Makes the copy.</summary>
    /// <exception cref="NotSupportedException">The module holds what cannot be copied; the type or field is named.</exception>
    public nn.Module<Tensor, Tensor> Copy(nn.Module<Tensor, Tensor> module) =>
        (nn.Module<Tensor, Tensor>)CopyModule(module);

    private object? CopyValue(object? value, FieldInfo field)
    {
        switch (value)
        {
            case null or string or Type:
                return value;
            case Parameter parameter:
                return Remember(parameter, CopyParameter);
            case Tensor tensor:
                return sharesBuffers ? tensor : Remember(tensor, CopyBuffer);
            case nn.Module module:
                return CopyModule(module);
            case Delegate function:
                Check(function, field);
                return value;
            case Array array:
                return CopyArray(array, field);
        }

        return IsCopied(value.GetType()) ? CopyFields(value) : value;
    }

    private object CopyModule(nn.Module module)
    {
        if (_copies.TryGetValue(module, out object? known))
        {
            return known;
        }

        (string Name, Parameter Parameter)[] native = NativeParameters(module);
        Array.ForEach(native, entry => entry.Parameter.Dispose());
        return native.Length == 0
            ? CopyFields(module)
            : throw new NotSupportedException(
                $"A {module.GetType().Name} keeps its parameters in native code and cannot be copied: give DataParallel a factory that makes the module."
            );
    }

    private object CopyFields(object source)
    {
        if (_copies.TryGetValue(source, out object? known))
        {
            return known;
        }

        object copy = ShallowCopy(source);
        if (!source.GetType().IsValueType)
        {
            _copies.Add(source, copy);
        }

        for (Type? type = source.GetType(); type is not null && type != typeof(object); type = type.BaseType)
        {
            foreach (
                FieldInfo field in type.GetFields(
                    BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly
                )
            )
            {
                if (!field.FieldType.IsPrimitive && !field.FieldType.IsPointer)
                {
                    object? before = field.GetValue(source);
                    object? after = CopyValue(before, field);
                    if (!ReferenceEquals(before, after))
                    {
                        field.SetValue(copy, after);
                    }
                }
            }
        }

        return copy;
    }

    private object CopyArray(Array array, FieldInfo field)
    {
        Type element = array.GetType().GetElementType()!;
        if (element.IsPrimitive || element == typeof(string) || array.Rank != 1)
        {
            return array;
        }

        if (_copies.TryGetValue(array, out object? known))
        {
            return known;
        }

        Array copy = (Array)array.Clone();
        _copies.Add(array, copy);
        for (int i = 0; i < array.Length; i++)
        {
            copy.SetValue(CopyValue(array.GetValue(i), field), i);
        }

        return copy;
    }

    private object Remember<T>(T tensor, Func<T, T> copy)
        where T : Tensor
    {
        if (tensor.IsInvalid)
        {
            return tensor;
        }

        if (!_copies.TryGetValue(tensor, out object? known))
        {
            known = copy(tensor);
            _copies.Add(tensor, known);
        }

        return known;
    }

    private Parameter CopyParameter(Parameter parameter)
    {
        Tensor values = parameter.detach();
        return (Parameter)new Parameter(values.to(device), parameter.requires_grad).DetachFromDisposeScope();
    }

    private Tensor CopyBuffer(Tensor tensor) => tensor.detach().to(device, copy: true).DetachFromDisposeScope();

    /// <summary>Collections and tuples are copied, since modules lie in them; other objects are taken to be settings.</summary>
    private static bool IsCopied(Type type) =>
        (type.IsValueType && !type.IsPrimitive && !type.IsEnum && type.IsGenericType)
        || type.Namespace?.StartsWith("System.Collections", StringComparison.Ordinal) == true
        || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(OrderedDict<,>));

    private static void Check(Delegate function, FieldInfo field)
    {
        // TorchSharp's own (the native call-back of a module, hooks that get their module as an argument) are no trouble.
        if (field.DeclaringType?.Assembly == typeof(Tensor).Assembly || function.Target is null)
        {
            return;
        }

        Type target = function.Target.GetType();
        bool holdsModule =
            function.Target is nn.Module or Tensor
            || target
                .GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                .Any(captured => captured.GetValue(function.Target) is nn.Module or Tensor);
        if (holdsModule)
        {
            throw new NotSupportedException(
                $"{field.DeclaringType?.Name}.{field.Name} is a function bound to a module or tensor and would go on using the original: give DataParallel a factory that makes the module."
            );
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "MemberwiseClone")]
    private static extern object ShallowCopy(object source);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "_named_parameters")]
    private static extern (string Name, Parameter Parameter)[] NativeParameters(nn.Module module);
}
