namespace Pth.Tests.Formats.TorchZip;

public class ContainerInfoTests
{
    [Theory]
    [InlineData("torch-1.13.1", "PyTorch 1.13 to 2.0", WriterProfile.PyTorch113, null, null)]
    [InlineData("torch-2.6.0", "PyTorch 2.1 to 2.6", WriterProfile.PyTorch21, "little", null)]
    [InlineData("torch-2.14.1", "PyTorch 2.7 or later", WriterProfile.PyTorch27, "little", "1")]
    public void The_records_tell_who_wrote_the_file(
        string folder,
        string writer,
        WriterProfile profile,
        string? byteOrder,
        string? formatVersion
    )
    {
        ContainerInfo info = Read(folder, "state_dict.pth");

        Assert.Equal("torch-zip", info.Kind);
        Assert.Equal(writer, info.Writer);
        Assert.Equal(profile, info.Profile);
        Assert.Equal("state_dict", info.ArchiveName);
        Assert.Equal(byteOrder, info.ByteOrder);
        Assert.Equal(formatVersion, info.FormatVersion);
        Assert.Equal(64, info.StorageAlignment);
        Assert.Equal(3, info.Version);
        Assert.Equal(byteOrder is null ? null : 40, info.SerializationId?.Length);
        Assert.Empty(info.UncheckedRecords);
    }

    [Fact]
    public void A_file_of_1_9_and_one_that_was_written_to_a_stream_look_alike()
    {
        Assert.Equal(
            "PyTorch 1.9 to 1.12, or 1.13 to 2.0 into a stream",
            Read("torch-1.13.1", "file_object.pt").Writer
        );
    }

    [Theory]
    [InlineData("alignment_1.pt", 1)]
    [InlineData("alignment_4096.pt", 4096)]
    public void The_alignment_is_what_the_file_says(string name, int alignment)
    {
        Assert.Equal(alignment, Read("torch-2.14.1", name).StorageAlignment);
    }

    [Fact]
    public void The_archive_may_have_a_space_in_front()
    {
        Assert.Equal(" leading", Read("torch-2.6.0", " leading.pt").ArchiveName);
    }

    [Fact]
    public void Records_without_a_checksum_are_named()
    {
        using Checkpoint checkpoint = Checkpoint.Open(Fixture("torch-2.14.1", "crc_off.pt"));

        Assert.Contains("crc_off/data.pkl", checkpoint.Container.UncheckedRecords);
        Assert.Contains("crc_off/data/0", checkpoint.Container.UncheckedRecords);
        Assert.All(checkpoint.Tensors, tensor => Assert.False(tensor.Tensor.Storage.Verify()));
    }

    [Fact]
    public void A_big_endian_file_says_so()
    {
        ContainerInfo info = Read("torch-2.14.1", "big_endian.pt");

        Assert.True(info.IsBigEndian);
        Assert.Equal("big", info.ByteOrder);
    }

    private static ContainerInfo Read(string folder, string name)
    {
        using Checkpoint checkpoint = Checkpoint.Open(Fixture(folder, name));
        return checkpoint.Container;
    }

    private static string Fixture(string folder, string name) => Path.Combine(Repository.Fixtures, folder, name);
}
