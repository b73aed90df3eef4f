using System.Text.RegularExpressions;
using Pth.StateDicts;

namespace Pth;

/// <summary>One step of a rename. Rules are made by the methods here and applied by <see cref="StateDict.Rename"/>, in order.</summary>
public abstract partial class RenameRule
{
    private RenameRule() { }

    /// <summary>
    /// Takes off what wrappers add to names, wherever they are nested and in any order:
    /// <c>_orig_mod</c> (<c>torch.compile</c>), <c>_fsdp_wrapped_module</c> and the older <c>_fpw_module</c> (FSDP),
    /// <c>_checkpoint_wrapped_module</c> (activation checkpointing) and <c>_forward_module</c> (DeepSpeed, Lightning Fabric) at any place of a path,
    /// and <c>module</c> (<c>DataParallel</c>, <c>DistributedDataParallel</c>, <c>AveragedModel</c>) at the front.
    /// </summary>
    /// <remarks>
    /// <c>module</c> is also an honest name for a layer. It is taken off only where every tensor has it in front once the other names are
    /// gone (<c>n_averaged</c>, which <c>AveragedModel</c> puts beside it, apart), as often as that is so, and never in the middle.
    /// A network whose one and only child is called <c>module</c> cannot be told from a wrapped one.
    /// </remarks>
    public static RenameRule Unwrap { get; } = new Unwrapping();

    /// <summary>Takes a prefix off the front of the names that begin with it, once.</summary>
    /// <param name="prefix">The prefix with its dot: <c>module.</c></param>
    /// <exception cref="ArgumentException">The prefix is empty.</exception>
    public static RenameRule StripPrefix(string prefix)
    {
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        return new PrefixStripping(prefix);
    }

    /// <summary>Puts a prefix before every name.</summary>
    /// <param name="prefix">The prefix with its dot: <c>module.</c></param>
    /// <exception cref="ArgumentException">The prefix is empty.</exception>
    public static RenameRule AddPrefix(string prefix)
    {
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        return new PrefixAdding(prefix);
    }

    /// <summary>Replaces every match of a regular expression.</summary>
    /// <param name="pattern">
    /// A .NET regular expression; case matters. It is matched in time linear in the name. A pattern with look-around or back-references
    /// cannot be; it gets a second for each name.
    /// </param>
    /// <param name="replacement">What to put there; <c>$1</c> and <c>${name}</c> stand for groups.</param>
    /// <exception cref="ArgumentException">The pattern is not a regular expression.</exception>
    public static RenameRule Replace(string pattern, string replacement)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        ArgumentNullException.ThrowIfNull(replacement);
        return new Replacing(Compile(pattern), replacement);
    }

    /// <summary>What the rule does, as a command line says it: <c>--strip-prefix module.</c></summary>
    public abstract override string ToString();

    internal abstract BoundRule Bind(IEnumerable<string> tensorNames);

    private static Regex Compile(string pattern)
    {
        const RegexOptions options = RegexOptions.CultureInvariant;
        try
        {
            return new Regex(pattern, options | RegexOptions.NonBacktracking, Regex.InfiniteMatchTimeout);
        }
        catch (NotSupportedException)
        {
            return new Regex(pattern, options, TimeSpan.FromSeconds(1));
        }
    }
}
