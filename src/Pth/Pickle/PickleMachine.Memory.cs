using Pth.Errors;

namespace Pth.Pickle;

/// <content>
/// What values take of memory, at prices that are a little too high, so that the sum is never more than was reckoned: also for what is
/// later remembered of each value by those who walk through all of them.
/// </content>
internal ref partial struct PickleMachine
{
    private const int ScalarPrice = 40;
    private const int TextPrice = 80;
    private const int TextBytePrice = 2;

    /// <summary>Decimal digits are parsed by way of a string and an integer of any size.</summary>
    private const int NumberTextPrice = 200;
    private const int NumberTextBytePrice = 8;

    private const int NamePrice = 240;
    private const int NameBytePrice = 4;
    private const int TuplePrice = 80;
    private const int ListPrice = 64;
    private const int DictionaryPrice = 64;
    private const int ObjectPrice = 144;
    private const int TensorPrice = 640;
    private const int SlotPrice = 20;
    private const int FarSlotPrice = 120;
    private const int ListItemPrice = 24;

    /// <summary>A dictionary's or set's first room for entries.</summary>
    private const int FirstEntriesPrice = 240;
    private const int KeyPrice = 96;

    /// <summary>What a container takes of those who walk through all of them, unless it is short and holds none.</summary>
    private const int WalkPrice = 400;

    /// <summary>What each place where a container lies takes of them.</summary>
    private const int PlacePrice = 64;

    private readonly long Spent => _granted - _left;

    private void Charge(long price)
    {
        _left -= price;
        if (_left < 0)
        {
            // Says what is wrong, as more than is left is asked for.
            _limits.Budget!.Take(long.MaxValue, _location.At(_start + _opcodeOffset));
        }
    }

    private void ChargeText(int price, int bytePrice, int length) => Charge(price + ((long)bytePrice * length));

    /// <summary>Charges for values that are put into a container.</summary>
    /// <param name="values">The values.</param>
    /// <param name="price">What each takes there.</param>
    /// <param name="before">How many values are in it already.</param>
    private void ChargeHeld(ReadOnlySpan<PyValue> values, int price, int before)
    {
        long sum = (long)price * values.Length;
        bool holdsContainer = false;
        foreach (PyValue value in values)
        {
            if (PyContainers.IsContainer(value))
            {
                holdsContainer = true;
                sum += PlacePrice;
            }
        }
        bool becomesLong = before <= PyContainers.MostInShort && before + values.Length > PyContainers.MostInShort;
        Charge(sum + (holdsContainer || becomesLong ? WalkPrice : 0));
    }

    private PyInt MakeInt(long value)
    {
        // Small numbers are shared.
        Charge(value is >= 0 and <= byte.MaxValue ? 0 : ScalarPrice);
        return PyInt.Of(value);
    }
}
