namespace Pth.Torch.Build;

/// <summary>A shared library in an output folder.</summary>
public static class LibraryFile
{
    /// <summary>Marks its needs of a version as weak.</summary>
    /// <param name="path">The file. A link is replaced, and what it leads to stays as it is.</param>
    /// <param name="version">The version's name, as <c>GLIBCXX_3.4.32</c>.</param>
    /// <returns>Whether there was anything to do; if not, the file is not touched.</returns>
    /// <exception cref="InvalidDataException">It is no library, or a damaged one.</exception>
    /// <exception cref="IOException">It cannot be read or replaced.</exception>
    public static bool Mend(string path, string version)
    {
        byte[] library = File.ReadAllBytes(path);
        if (new ElfVersionNeeds(library).MarkWeak(version) == 0)
        {
            return false;
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
        return true;
    }
}
