using System.Buffers.Binary;
using System.Collections;

namespace Pth.Formats.TorchZip;

/// <summary>
/// The hashes of the strings in GCC's <c>std::unordered_set&lt;std::string&gt;</c>, in the order in which it enumerates them.
/// PyTorch's <c>.data/serialization_id</c> depends on that order.
/// </summary>
/// <remarks>
/// All nodes are in one list. A node goes behind the node that stands before its bucket's first one, or, when its bucket is
/// empty, to the front of the list.
/// </remarks>
internal sealed class LibStdCppStringSet : IEnumerable<ulong>
{
    private const int None = -1;
    private const int BeforeBegin = -2;
    private const ulong Seed = 0xc70f6907;

    /// <summary>The numbers of buckets that growing by two leads to.</summary>
    private static readonly uint[] BucketCounts =
    [
        13,
        29,
        59,
        127,
        257,
        541,
        1109,
        2357,
        5087,
        10273,
        20753,
        42043,
        85229,
        172933,
        351061,
        712697,
        1447153,
        2938679,
        5967347,
        12117689,
        24607243,
        49969847,
        101473717,
        206062531,
        418451333,
        849749479,
        1725587117,
    ];

    private readonly List<ulong> _hashes = [];
    private readonly List<int> _next = [];
    private int[] _buckets = [];
    private int _first = None;
    private int _growth;

    /// <summary>Adds a string that is not yet in the set.</summary>
    public void Add(ReadOnlySpan<byte> utf8)
    {
        if (_hashes.Count == _buckets.Length)
        {
            Rehash((int)BucketCounts[_growth++]);
        }
        int node = _hashes.Count;
        _hashes.Add(Hash(utf8));
        _next.Add(None);
        int bucket = BucketOf(node);
        if (_buckets[bucket] != None)
        {
            InsertAfter(_buckets[bucket], node);
            return;
        }
        InsertAfter(BeforeBegin, node);
        if (_next[node] != None)
        {
            _buckets[BucketOf(_next[node])] = node;
        }
        _buckets[bucket] = BeforeBegin;
    }

    public IEnumerator<ulong> GetEnumerator()
    {
        for (int node = _first; node != None; node = _next[node])
        {
            yield return _hashes[node];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary><c>std::hash&lt;std::string&gt;</c> of GCC on 64-bit machines, a MurmurHash64A.</summary>
    public static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        unchecked
        {
            const ulong Multiplier = 0xc6a4a7935bd1e995;
            ulong hash = Seed ^ ((ulong)bytes.Length * Multiplier);
            while (bytes.Length >= 8)
            {
                ulong word = Mix(BinaryPrimitives.ReadUInt64LittleEndian(bytes) * Multiplier) * Multiplier;
                hash = (hash ^ word) * Multiplier;
                bytes = bytes[8..];
            }
            if (!bytes.IsEmpty)
            {
                Span<byte> tail = stackalloc byte[8];
                tail.Clear();
                bytes.CopyTo(tail);
                hash = (hash ^ BinaryPrimitives.ReadUInt64LittleEndian(tail)) * Multiplier;
            }
            return Mix(Mix(hash) * Multiplier);
        }
    }

    private static ulong Mix(ulong value) => value ^ (value >> 47);

    private int BucketOf(int node) => (int)(_hashes[node] % (ulong)_buckets.Length);

    private void InsertAfter(int place, int node)
    {
        if (place == BeforeBegin)
        {
            _next[node] = _first;
            _first = node;
        }
        else
        {
            _next[node] = _next[place];
            _next[place] = node;
        }
    }

    private void Rehash(int bucketCount)
    {
        int node = _first;
        _first = None;
        _buckets = new int[bucketCount];
        Array.Fill(_buckets, None);
        int firstBucket = 0;
        while (node != None)
        {
            int following = _next[node];
            int bucket = BucketOf(node);
            if (_buckets[bucket] != None)
            {
                InsertAfter(_buckets[bucket], node);
            }
            else
            {
                InsertAfter(BeforeBegin, node);
                _buckets[bucket] = BeforeBegin;
                if (_next[node] != None)
                {
                    _buckets[firstBucket] = node;
                }
                firstBucket = bucket;
            }
            node = following;
        }
    }
}
