using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Pth.Torch.Build;

/// <summary>
/// Lets the copy of <c>libLibTorchSharp.so</c> in an output folder load where the C++ library is older than the one it was linked with:
/// Debian 12, Ubuntu 22.04, RHEL 9.
/// </summary>
/// <remarks>
/// TorchSharp 0.107.0 needs GLIBCXX_3.4.32 for one symbol, <c>std::ios_base_library_init</c>, that nothing in it refers to. The need is marked as
/// weak, and newer systems are served as before, so the copy may be carried to another machine than the one that builds.
/// </remarks>
public sealed class MendTorchSharp : Microsoft.Build.Utilities.Task
{
    /// <summary>The version that only GCC 13 and later have.</summary>
    private const string Version = "GLIBCXX_3.4.32";

    /// <summary>Where the library may lie; what is not there is left out.</summary>
    [Required]
    public ITaskItem[] Libraries { get; set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        foreach (string path in Libraries.Select(item => item.GetMetadata("FullPath")).Where(File.Exists))
        {
            try
            {
                if (LibraryFile.Mend(path, Version))
                {
                    Log.LogMessage(MessageImportance.Normal, $"{path}: {Version} is no longer asked for");
                }
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                Log.LogError($"{path}: {fault.Message}");
            }
        }
        return !Log.HasLoggedErrors;
    }
}
