namespace Pth.Errors;

/// <summary>What knows its place in the input and need not say it until something is wrong.</summary>
internal interface ILocated
{
    ErrorLocation Location { get; }
}
