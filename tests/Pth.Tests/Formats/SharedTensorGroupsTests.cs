namespace Pth.Tests.Formats;

public class SharedTensorGroupsTests
{
    [Fact]
    public void Random_views_fall_into_the_groups_that_comparing_all_pairs_gives()
    {
        var random = new Random(20_260_824);
        int nested = 0;
        for (int round = 0; round < 2_000; round++)
        {
            Storage[] storages = [.. Enumerable.Range(0, 2).Select(_ => TensorView.Zeros(DType.UInt8, [30]).Storage)];
            var tensors = new List<KeyValuePair<string, TensorView>>();
            for (int i = 0; i < random.Next(1, 9); i++)
            {
                long start = random.Next(30);
                long length = random.Next((int)(30 - start) + 1);
                var view = new TensorView(storages[random.Next(2)], DType.UInt8, [length], [1], start);
                tensors.Add(new($"t{random.Next(1_000)}.{i}", view));
            }

            IEnumerable<string> found = SharedTensorGroups.Find(tensors).Select(group => string.Join(' ', group.Names));

            List<string> expected = BruteForce(tensors);
            Assert.Equal(expected, found);
            nested += expected.Count;
        }
        Assert.True(nested > 1_000);
    }

    [Fact]
    public void What_lies_inside_a_longer_one_shares_with_it_also_behind_another()
    {
        Storage storage = TensorView.Zeros(DType.UInt8, [100]).Storage;
        TensorView Part(long start, long end) => new(storage, DType.UInt8, [end - start], [1], start);

        SharedTensorGroup group = Assert.Single(
            SharedTensorGroups.Find([new("A", Part(0, 100)), new("B", Part(10, 20)), new("C", Part(50, 60))])
        );

        Assert.Equal(["A", "B", "C"], group.Names);
        Assert.Equal(("A", 100), (group.Kept, group.ByteCount));
    }

    private static List<string> BruteForce(List<KeyValuePair<string, TensorView>> tensors)
    {
        int[] root = [.. Enumerable.Range(0, tensors.Count)];
        for (bool changed = true; changed; )
        {
            changed = false;
            for (int i = 0; i < tensors.Count; i++)
            {
                for (int j = 0; j < tensors.Count; j++)
                {
                    if (Overlap(tensors[i].Value, tensors[j].Value) && root[i] != root[j])
                    {
                        root[i] = root[j] = Math.Min(root[i], root[j]);
                        changed = true;
                    }
                }
            }
        }
        return
        [
            .. tensors
                .Select((pair, i) => (pair.Key, Root: root[i]))
                .GroupBy(item => item.Root, item => item.Key)
                .Where(group => group.Count() > 1)
                .Select(group => group.Order(StringComparer.Ordinal).ToArray())
                .OrderBy(names => names[0], StringComparer.Ordinal)
                .Select(names => string.Join(' ', names)),
        ];
    }

    private static bool Overlap(TensorView a, TensorView b) =>
        ReferenceEquals(a.Storage, b.Storage)
        && a.ElementCount > 0
        && b.ElementCount > 0
        && a.Offset < b.Offset + b.ElementCount
        && b.Offset < a.Offset + a.ElementCount;
}
