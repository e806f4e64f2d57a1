namespace Understudy.Inference.Decoding;

/// <summary>Random numbers of a seed. Seeds that are neighbours give unrelated numbers, which <see cref="Random"/> alone does not promise.</summary>
internal static class SeededRandom
{
    public static Random Create(int? seed)
    {
        if (seed is not { } value)
        {
            return new();
        }

        // the finalizer of MurmurHash3
        var mixed = (uint)value + 0x9E3779B9u;
        mixed = (mixed ^ (mixed >> 16)) * 0x85EBCA6Bu;
        mixed = (mixed ^ (mixed >> 13)) * 0xC2B2AE35u;
        return new((int)(mixed ^ (mixed >> 16)));
    }
}
