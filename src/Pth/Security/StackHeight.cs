using Pth.Pickle;

namespace Pth.Security;

/// <summary>How high the stack is, counted without values.</summary>
internal sealed class StackHeight
{
    private readonly Stack<int> _marks = new();

    /// <summary>The values on the stack.</summary>
    public int Value { get; private set; }

    public void Apply(PickleOperation operation)
    {
        if (operation.Opcode == Opcode.MARK)
        {
            _marks.Push(Value);
            return;
        }
        if (operation.Opcode == Opcode.POP && _marks.TryPeek(out int top) && top == Value)
        {
            _marks.Pop();
            return;
        }
        Value =
            operation.Facts.Pops == OpcodeFacts.ToMark
                ? _marks.TryPop(out int mark)
                    ? mark
                    : 0
                : Math.Max(Value - operation.Facts.Pops, 0);
        Value += operation.Facts.Pushes;
    }
}
