namespace Understudy.Inference.Features;

/// <summary>A growable sparse vector, reused between texts: distinct indices and their values, in order of first appearance.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class SparseVector
{
    private int[] _indices = new int[256];
    private float[] _values = new float[256];

    public int Count { get; private set; }

    public ReadOnlySpan<int> Indices => _indices.AsSpan(0, Count);

    public Span<float> Values => _values.AsSpan(0, Count);

    public void Clear() => Count = 0;

    internal int Add(int index, float value)
    {
        if (Count == _indices.Length)
        {
            Array.Resize(ref _indices, Count * 2);
            Array.Resize(ref _values, Count * 2);
        }

        _indices[Count] = index;
        _values[Count] = value;
        return Count++;
    }

    internal ref float ValueAt(int position) => ref _values[position];
}
