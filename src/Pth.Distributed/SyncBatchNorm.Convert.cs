using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Pth.Distributed;

public sealed partial class SyncBatchNorm
{
    /// <summary>
    /// Puts a <see cref="SyncBatchNorm"/> in the place of every <c>BatchNorm1d</c>, <c>2d</c> and <c>3d</c> of a module, with its parameters and
    /// statistics, under its name. To be done before the optimizer and the wrapper are made.
    /// </summary>
    /// <typeparam name="T">The module's type.</typeparam>
    /// <param name="module">
    /// Changed in place, and returned, unless it is a <c>Sequential</c> or a batch normalization itself: of those a new one is returned.
    /// A field of a class of its own can take the new layer if it is declared as <c>Module&lt;Tensor, Tensor&gt;</c>.
    /// </param>
    /// <param name="group">The ranks.</param>
    /// <returns>The module to use.</returns>
    /// <exception cref="ArgumentException">
    /// A field is declared as <c>BatchNorm2d</c> or the like, or <typeparamref name="T"/> is: a <see cref="SyncBatchNorm"/> cannot lie there.
    /// </exception>
    public static T Convert<T>(T module, ProcessGroup group)
        where T : nn.Module
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(group);
        return Converted(module, group) is T converted
            ? converted
            : throw new ArgumentException(
                $"A {module.GetType().Name} becomes a SyncBatchNorm: pass it as Module<Tensor, Tensor>.",
                nameof(module)
            );
    }

    private static nn.Module Converted(nn.Module module, ProcessGroup group)
    {
        switch (module)
        {
            case BatchNorm norm:
                return new SyncBatchNorm(norm, group);
            case Sequential sequential:
                return ConvertedSequential(sequential, group);
        }

        foreach ((string name, nn.Module child) in module.named_children().ToList())
        {
            nn.Module converted = Converted(child, group);
            if (!ReferenceEquals(converted, child))
            {
                Replace(module, name, child, converted);
            }
        }

        return module;
    }

    private static Sequential ConvertedSequential(Sequential sequential, ProcessGroup group)
    {
        List<(string Name, nn.Module Before)> children = [.. sequential.named_children()];
        List<(string Name, nn.Module After)> converted =
        [
            .. children.Select(child => (child.Name, Converted(child.Before, group))),
        ];
        if (children.Zip(converted).All(pair => ReferenceEquals(pair.First.Before, pair.Second.After)))
        {
            return sequential;
        }

        if (sequential.GetType() != typeof(Sequential))
        {
            throw new ArgumentException(
                $"A {sequential.GetType().Name} is made by its own class, and its batch normalizations cannot be replaced; build it with SyncBatchNorm.",
                nameof(sequential)
            );
        }

        // Its mode before its children, whose own it would change.
        Sequential result = nn.Sequential(Array.Empty<(string, nn.Module<Tensor, Tensor>)>());
        result.train(sequential.training);
        converted.ForEach(child => result.append(child.Name, (nn.Module<Tensor, Tensor>)child.After));
        return result;
    }

    private static void Replace(nn.Module parent, string name, nn.Module before, nn.Module after)
    {
        for (Type? type = parent.GetType(); type is not null && type != typeof(nn.Module); type = type.BaseType)
        {
            foreach (
                FieldInfo field in type.GetFields(
                    BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly
                )
            )
            {
                Replace(parent, field, before, after);
            }
        }

        Children(parent)[name] = after;
    }

    private static void Replace(nn.Module parent, FieldInfo field, nn.Module before, nn.Module after)
    {
        object? value = field.GetValue(parent);
        if (ReferenceEquals(value, before))
        {
            if (!field.FieldType.IsInstanceOfType(after))
            {
                throw new ArgumentException(
                    $"{parent.GetType().Name}.{field.Name} is declared as {field.FieldType.Name}, and cannot hold a {after.GetType().Name}: declare it as Module<Tensor, Tensor>.",
                    nameof(parent)
                );
            }

            field.SetValue(parent, after);
        }
        else if (value is System.Collections.IList { IsReadOnly: false } list)
        {
            for (int i = 0; i < list.Count; i++)
            {
                if (ReferenceEquals(list[i], before))
                {
                    list[i] = after;
                }
            }
        }
    }

    // Setting keeps the place in the order, which removing and registering again would not.
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_internal_submodules")]
    private static extern ref OrderedDict<string, nn.Module> Children(nn.Module module);
}
