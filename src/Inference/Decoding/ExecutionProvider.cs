namespace Understudy.Inference.Decoding;

/// <summary>What a decoder computes on.</summary>
public enum ExecutionProvider
{
    Cpu,

    /// <summary>An NVIDIA GPU; needs a build with <c>-p:Accelerator=cuda</c>.</summary>
    Cuda,
}
