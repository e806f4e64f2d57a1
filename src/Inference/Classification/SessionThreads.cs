namespace Understudy.Inference.Classification;

/// <summary>Which threads an ONNX session works on.</summary>
public enum SessionThreads
{
    /// <summary>The process's one pool, whose threads sleep as soon as they have nothing to do: for batches, of which several models' meet.</summary>
    Shared,

    /// <summary>
    /// A pool of the session's own, whose threads look out for the next operator for some microseconds before they sleep, and sleep between
    /// runs: for passes so short that waking a thread for each operator takes longer than its work.
    /// </summary>
    Own,

    /// <summary>None but the one that runs it: for models too small to be shared out.</summary>
    Caller,
}
