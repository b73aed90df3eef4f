namespace Pth;

/// <summary>A line of text, in spans that say what they are.</summary>
/// <param name="Spans">The spans, from left to right.</param>
public sealed record ModuleTreeLine(IReadOnlyList<ModuleTreeSpan> Spans)
{
    /// <summary>The line.</summary>
    public string Text => string.Concat(Spans.Select(span => span.Text));

    /// <inheritdoc cref="Text" />
    public override string ToString() => Text;
}
