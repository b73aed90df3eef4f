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
                Mend(path);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                Log.LogError($"{path}: {fault.Message}");
            }
        }
        return !Log.HasLoggedErrors;
    }

    private void Mend(string path)
    {
        byte[] library = File.ReadAllBytes(path);
        if (new ElfVersionNeeds(library).MarkWeak(Version) == 0)
        {
            return;
        }
        // A new file under the old name: the copy may be a link to the one in the package cache.
        DateTime written = File.GetLastWriteTimeUtc(path);
        string mended = path + ".mended";
        using (FileStream output = File.Create(mended))
        {
            output.Write(library, 0, library.Length);
        }
        // The time of the original: the next build does not copy it again.
        File.SetLastWriteTimeUtc(mended, written);
        File.Delete(path);
        File.Move(mended, path);
        Log.LogMessage(MessageImportance.Normal, $"{path}: {Version} is no longer asked for");
    }
}
