namespace Pth.Bytes;

/// <summary>
/// Cuts a list of runs into pieces of about equal size for several threads: a long run into chunks, short runs together. In their order.
/// </summary>
internal static class WorkPlan
{
    /// <param name="count">How many runs there are.</param>
    /// <param name="runAt">Each of them; their places ascend.</param>
    /// <param name="chunkLength">
    /// The longest piece. Chunks are cut where the place is a multiple of it, so that no two threads fill the same page.
    /// </param>
    public static List<WorkPiece> Create(int count, Func<int, WorkRun> runAt, int chunkLength)
    {
        var pieces = new List<WorkPiece>();
        int first = 0;
        long start = 0;
        for (int i = 0; i < count; i++)
        {
            WorkRun run = runAt(i);
            bool isLong = run.ExtentEnd - run.ExtentStart > chunkLength;
            if (i > first && (isLong || run.ExtentEnd - start > chunkLength))
            {
                pieces.Add(new WorkPiece(first, i - first));
                first = i;
            }
            if (i == first)
            {
                start = run.ExtentStart;
            }
            if (isLong)
            {
                AddChunks(pieces, i, run, chunkLength);
                first = i + 1;
            }
        }
        if (first < count)
        {
            pieces.Add(new WorkPiece(first, count - first));
        }
        return pieces;
    }

    private static void AddChunks(List<WorkPiece> pieces, int index, WorkRun run, int chunkLength)
    {
        long end = run.Start + run.Length;
        long firstCut = Math.Min((run.Start / chunkLength + 1) * chunkLength, end);
        int chunks = checked((int)((end - firstCut + chunkLength - 1) / chunkLength + 1));
        long lastStart = chunks == 1 ? run.Start : firstCut + (chunks - 2L) * chunkLength;
        var split = new SplitChecksum(chunks, chunkLength, end - lastStart);
        long at = run.Start;
        for (int chunk = 0; chunk < chunks; chunk++)
        {
            long cut = Math.Min(firstCut + (long)chunk * chunkLength, end);
            pieces.Add(new WorkPiece(index, 1, split, chunk, at - run.Start, (int)(cut - at)));
            at = cut;
        }
    }
}
