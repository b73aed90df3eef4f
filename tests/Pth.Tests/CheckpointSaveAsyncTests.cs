using Pth.Tests.Formats;

namespace Pth.Tests;

public sealed class CheckpointSaveAsyncTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("TorchZip", "a.pth")]
    [InlineData("TorchLegacy", "a.pth")]
    [InlineData("SafeTensors", "a.safetensors")]
    public async Task The_file_is_the_one_that_saving_at_once_makes(string format, string name)
    {
        var options = new WriteOptions { Format = Enum.Parse<ContainerFormat>(format) };
        using Checkpoint source = Checkpoint.Open(Saved.Fixture("torch-2.14.1", "state_dict.pth"));
        string now = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder.Path, "now")).FullName, name);
        string later = Path.Combine(_folder.Path, name);

        SaveSummary expected = Checkpoint.Save(now, source.StateDict, options);
        SaveSummary summary = await Checkpoint.SaveAsync(later, source.StateDict, options);

        Assert.Equal(
            (expected.FileLength, expected.StorageCount, expected.StorageBytes),
            (summary.FileLength, summary.StorageCount, summary.StorageBytes)
        );
        Assert.Equal(File.ReadAllBytes(now), File.ReadAllBytes(later));
    }

    [Fact]
    public async Task What_changes_after_the_call_is_not_saved()
    {
        // Larger than one chunk of the copy, so that much is left to do when the call returns.
        var values = new float[3 << 20];
        values.AsSpan().Fill(1);
        var state = new StateDict { { "weight", TensorView.FromMemory<float>(values, [values.Length]) } };
        string path = Path.Combine(_folder.Path, "a.pth");

        Task<SaveSummary> saving = Checkpoint.SaveAsync(path, state);
        values.AsSpan().Fill(2);
        await saving;

        using Checkpoint saved = Checkpoint.Open(path);
        Assert.False(saved.StateDict["weight"].AsSpan<float>().ContainsAnyExcept(1f));
        Assert.True(saved.StateDict["weight"].Storage.Verify());
    }

    [Fact]
    public async Task The_task_has_what_goes_wrong_with_the_file()
    {
        var state = new StateDict { { "weight", TensorView.Scalar(1f) } };

        Task<SaveSummary> saving = Checkpoint.SaveAsync(Path.Combine(_folder.Path, "none", "a.pth"), state);

        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => saving);
    }

    [Fact]
    public async Task Stopped_it_leaves_the_old_file_and_tells_of_progress_when_not()
    {
        string path = _folder.Write("a.pth", [1, 2, 3]);
        var state = new StateDict { { "weight", TensorView.Scalar(1f) } };
        using var source = new CancellationTokenSource();
        var reports = new List<TransferProgress>();
        var options = new WriteOptions { CancellationToken = source.Token, Progress = new Reporter(reports) };

        SaveSummary summary = await Checkpoint.SaveAsync(Path.Combine(_folder.Path, "b.pth"), state, options);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Checkpoint.SaveAsync(path, state, options));

        Assert.Equal([new TransferProgress(summary.FileLength, summary.FileLength)], reports);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);
    }

    public void Dispose() => _folder.Dispose();

    private sealed class Reporter(List<TransferProgress> reports) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => reports.Add(value);
    }
}
