using Pth.Formats.TorchZip;

namespace Pth.Tests.Formats.TorchZip;

public class ArchiveNameTests
{
    [Theory]
    [InlineData("a/b/model.pth", "model")]
    [InlineData("a.b.tar", "a.b")]
    [InlineData("noext", "noext")]
    [InlineData("dir.d/noext", "noext")]
    [InlineData(@"c:\x\y.pt", "y")]
    [InlineData("héllo.pt", "archive")]
    [InlineData("é/model.pt", "archive")]
    public void PyTorch_2_names_the_archive_after_the_file(string path, string expected)
    {
        Assert.Equal(expected, ArchiveName.FromPath(path, WriterProfile.PyTorch27));
        Assert.Equal(expected, ArchiveName.FromPath(path, WriterProfile.PyTorch21));
    }

    [Fact]
    public void PyTorch_1_13_keeps_other_letters_and_1_9_names_no_archive()
    {
        Assert.Equal("héllo", ArchiveName.FromPath("héllo.pt", WriterProfile.PyTorch113));
        Assert.Equal("archive", ArchiveName.FromPath("model.pt", WriterProfile.PyTorch19));
    }

    [Fact]
    public void A_file_name_that_is_only_an_extension_is_refused_as_PyTorch_refuses_it()
    {
        Assert.Throws<ArgumentException>(() => ArchiveName.FromPath("a/.pt", WriterProfile.PyTorch27));
    }
}
