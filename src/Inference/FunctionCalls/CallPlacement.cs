namespace Understudy.Inference.FunctionCalls;

/// <summary>Whether the values of a call are words of its request.</summary>
public enum CallPlacement
{
    /// <summary>Every value is, and it is certain which.</summary>
    Found,

    /// <summary>A value does not stand there as whole words that no other value has.</summary>
    Absent,

    /// <summary>They could be these words or others.</summary>
    Ambiguous,
}
