using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Understudy.Inference.Decoding;

/// <summary>A tensor in memory of our own, which the runtime reads and writes in place and the garbage collector never sees.</summary>
internal sealed unsafe class NativeTensor<T> : IDisposable
    where T : unmanaged
{
    /// <summary>A cache line, and the widest vector.</summary>
    private const int Alignment = 64;

    private readonly nint _count;
    private T* _memory;

    public NativeTensor(TensorElementType type, params long[] shape)
    {
        _count = 1;
        foreach (var size in shape)
        {
            _count *= (nint)size;
        }

        var bytes = Math.Max(_count, 1) * sizeof(T);
        _memory = (T*)NativeMemory.AlignedAlloc((nuint)bytes, Alignment);
        NativeMemory.Clear(_memory, (nuint)bytes);
        GC.AddMemoryPressure(bytes);
        Value = OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, type, shape, (nint)_memory, bytes);
    }

    ~NativeTensor() => Free();

    public OrtValue Value { get; }

    public Span<T> Span => new(_memory, (int)_count);

    /// <summary>Elements from <paramref name="start"/>; for tensors that a span's length cannot count.</summary>
    public Span<T> Slice(nint start, int count) => new(_memory + start, count);

    public void Dispose()
    {
        Value.Dispose();
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_memory is not null)
        {
            NativeMemory.AlignedFree(_memory);
            _memory = null;
            GC.RemoveMemoryPressure(Math.Max(_count, 1) * sizeof(T));
        }
    }
}
