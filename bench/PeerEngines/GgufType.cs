namespace Understudy.Bench.PeerEngines;

/// <summary>How a tensor lies in a GGUF file, by the format's own numbers.</summary>
internal enum GgufType
{
    F32 = 0,

    /// <summary>Blocks of 32: a scale in 16 bits; 16 bytes, weight i in the low half of byte i, weight 16 + i in the high half; zero is 8.</summary>
    Q4_0 = 2,

    /// <summary>Blocks of 32: a scale in 16 bits; 32 signed bytes.</summary>
    Q8_0 = 8,
}
