using System.Text.RegularExpressions;
using Pth.StateDicts;

namespace Pth;

public abstract partial class RenameRule
{
    private sealed class PrefixStripping(string prefix) : RenameRule
    {
        public override string ToString() => $"--strip-prefix {prefix}";

        internal override BoundRule Bind(IEnumerable<string> tensorNames) => new Bound(prefix);

        private sealed class Bound(string prefix) : BoundRule
        {
            public override string Rename(string name) =>
                name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;
        }
    }

    private sealed class PrefixAdding(string prefix) : RenameRule
    {
        public override string ToString() => $"--add-prefix {prefix}";

        internal override BoundRule Bind(IEnumerable<string> tensorNames) => new Bound(prefix);

        private sealed class Bound(string prefix) : BoundRule
        {
            public override string Rename(string name) => prefix + name;

            public override string RenameModule(string path) =>
                path.Length == 0 ? (prefix.EndsWith('.') ? prefix[..^1] : path) : prefix + path;

            // The prefix a.b. puts the network into a module b of a module a of a new root.
            public override IEnumerable<string> NewModules
            {
                get
                {
                    if (!prefix.EndsWith('.'))
                    {
                        yield break;
                    }
                    yield return "";
                    for (int dot = prefix.IndexOf('.'); dot < prefix.Length - 1; dot = prefix.IndexOf('.', dot + 1))
                    {
                        yield return prefix[..dot];
                    }
                }
            }
        }
    }

    private sealed class Replacing(Regex regex, string replacement) : RenameRule
    {
        public override string ToString() => $"--replace {regex} {replacement}";

        internal override BoundRule Bind(IEnumerable<string> tensorNames) => new Bound(regex, replacement);

        private sealed class Bound(Regex regex, string replacement) : BoundRule
        {
            public override string Rename(string name)
            {
                try
                {
                    return regex.Replace(name, replacement);
                }
                catch (RegexMatchTimeoutException e)
                {
                    throw new InvalidOperationException(
                        $"The pattern {regex} took longer than {e.MatchTimeout.TotalSeconds} s on the name '{name}'.",
                        e
                    );
                }
            }
        }
    }

    private sealed class Unwrapping : RenameRule
    {
        public override string ToString() => "--unwrap";

        internal override BoundRule Bind(IEnumerable<string> tensorNames) =>
            new Bound(WrapperPrefixes.CountModuleLayers(tensorNames));

        private sealed class Bound(int moduleLayers) : BoundRule
        {
            public override string Rename(string name)
            {
                string rest = WrapperPrefixes.WithoutMarked(name);
                for (int i = 0; i < moduleLayers && WrapperPrefixes.HasModuleInFront(rest); i++)
                {
                    rest = rest[WrapperPrefixes.Module.Length..];
                }
                return rest;
            }
        }
    }
}
