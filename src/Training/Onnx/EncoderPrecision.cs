namespace Understudy.Training.Onnx;

/// <summary>How an encoder's matrices are stored.</summary>
internal enum EncoderPrecision
{
    /// <summary>As trained.</summary>
    Float32,

    /// <summary>8 bits a weight, one scale an output, activations quantised as they come.</summary>
    Int8,

    /// <summary>4 bits a weight, one scale a block of 32 inputs; tables alike.</summary>
    Int4,
}
