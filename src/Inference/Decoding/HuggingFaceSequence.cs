using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Understudy.Inference.Decoding;

/// <summary>
/// A sequence in a graph of the Hugging Face tools, which reads keys and values of exactly the past's length and writes them anew with
/// the new tokens behind: two buffers a tensor take turns. Cutting back therefore copies; trees cannot be run.
/// </summary>
internal sealed unsafe class HuggingFaceSequence : SequenceState
{
    private const int Smallest = 256;
    private const int Chunk = 256;

    private readonly InferenceSession _session;
    private readonly DecoderShape _shape;
    private readonly RunOptions _options = new();
    private readonly List<string> _inputs = [DecoderNames.Ids], _outputs = [DecoderNames.Logits];
    private readonly HuggingFaceSignature _signature;
    private nint[] _past, _present;
    private float[] _logits = [];
    private long[] _ids = [], _mask = [], _positions = [];
    private int _capacity, _rows;

    public HuggingFaceSequence(InferenceSession session, DecoderShape shape, HuggingFaceSignature signature)
    {
        (_session, _shape, _signature) = (session, shape, signature);
        if (signature.HasMask)
        {
            _inputs.Add(DecoderNames.Mask);
        }

        if (signature.HasPositions)
        {
            _inputs.Add(DecoderNames.Positions);
        }

        for (var i = 0; i < shape.Layers * 2; i++)
        {
            _inputs.Add(DecoderNames.Past(i / 2, i % 2 == 0));
            _outputs.Add(DecoderNames.Present(i / 2, i % 2 == 0));
        }

        (_past, _present) = (new nint[shape.Layers * 2], new nint[shape.Layers * 2]);
        Reserve(1);
    }

    ~HuggingFaceSequence() => Free();

    public override Span<float> Logits => _logits.AsSpan(0, _rows * _shape.Vocabulary);

    public override ReadOnlySpan<float> Hidden => [];

    public override void Run(ReadOnlySpan<int> tokens, ReadOnlySpan<int> parents, int rows)
    {
        if (!parents.IsEmpty)
        {
            throw new NotSupportedException("A graph of this family cannot run trees.");
        }

        while (tokens.Length - Chunk >= rows)
        {
            RunAtOnce(tokens[..Chunk], 1);
            tokens = tokens[Chunk..];
        }

        RunAtOnce(tokens, rows);
    }

    public override void Truncate(int length)
    {
        if (length >= Length)
        {
            return;
        }

        var (from, to) = (Length * _shape.HeadDim, length * _shape.HeadDim);
        foreach (var memory in _past)
        {
            for (var head = 1; head < _shape.KvHeads; head++)
            {
                new Span<float>((float*)memory + ((nint)head * from), to).CopyTo(new Span<float>((float*)memory + ((nint)head * to), to));
            }
        }

        Length = length;
    }

    public override void Keep(int start, ReadOnlySpan<int> rows)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            if (rows[i] != i)
            {
                throw new NotSupportedException("A graph of this family keeps only the first tokens of a chain.");
            }
        }

        Truncate(start + rows.Length);
    }

    public override void Dispose()
    {
        Free();
        _options.Dispose();
        GC.SuppressFinalize(this);
    }

    private void RunAtOnce(ReadOnlySpan<int> tokens, int rows)
    {
        var (past, total, count) = (Length, Length + tokens.Length, tokens.Length);
        Reserve(total);
        Grow(ref _ids, count);
        Grow(ref _positions, count);
        Grow(ref _mask, total);
        Grow(ref _logits, count * _shape.Vocabulary);
        for (var i = 0; i < count; i++)
        {
            (_ids[i], _positions[i]) = (tokens[i], past + i);
        }

        _mask.AsSpan(0, total).Fill(1);
        var (inputs, outputs) = (new List<OrtValue>(_inputs.Count), new List<OrtValue>(_outputs.Count));
        try
        {
            inputs.Add(OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _ids.AsMemory(0, count), [1, count]));
            if (_signature.HasMask)
            {
                inputs.Add(OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _mask.AsMemory(0, total), [1, total]));
            }

            if (_signature.HasPositions)
            {
                inputs.Add(OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _positions.AsMemory(0, count), [1, count]));
            }

            outputs.Add(OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _logits.AsMemory(0, count * _shape.Vocabulary), [1, count, _shape.Vocabulary]));
            for (var i = 0; i < _past.Length; i++)
            {
                inputs.Add(Cache(_past[i], past));
                outputs.Add(Cache(_present[i], total));
            }

            _session.Run(_options, _inputs, inputs, _outputs, outputs);
        }
        finally
        {
            inputs.ForEach(value => value.Dispose());
            outputs.ForEach(value => value.Dispose());
        }

        (_past, _present, Length, _rows) = (_present, _past, total, rows);
        _logits.AsSpan((count - rows) * _shape.Vocabulary, rows * _shape.Vocabulary).CopyTo(_logits);
    }

    private OrtValue Cache(nint memory, int tokens) => OrtValue.CreateTensorValueWithData(
        OrtMemoryInfo.DefaultInstance, TensorElementType.Float, [1, _shape.KvHeads, tokens, _shape.HeadDim], memory, (long)tokens * _shape.KvHeads * _shape.HeadDim * sizeof(float));

    private void Reserve(int tokens)
    {
        if (tokens <= _capacity)
        {
            return;
        }

        _capacity = Math.Min(Math.Max(Math.Max(tokens, Smallest), _capacity * 2), Math.Max(tokens, _shape.MaxTokens));
        var bytes = (nuint)_capacity * (nuint)(_shape.KvHeads * _shape.HeadDim * sizeof(float));
        for (var i = 0; i < _past.Length; i++)
        {
            _past[i] = (nint)NativeMemory.AlignedRealloc((void*)_past[i], bytes, 64);
            NativeMemory.AlignedFree((void*)_present[i]);
            _present[i] = (nint)NativeMemory.AlignedAlloc(bytes, 64);
        }
    }

    private static void Grow<T>(ref T[] array, int count)
    {
        if (array.Length < count)
        {
            array = GC.AllocateUninitializedArray<T>(Math.Max(count, array.Length * 2), pinned: true);
        }
    }

    private void Free()
    {
        foreach (var memory in (ReadOnlySpan<nint[]>)[_past, _present])
        {
            for (var i = 0; i < memory.Length; i++)
            {
                NativeMemory.AlignedFree((void*)memory[i]);
                memory[i] = 0;
            }
        }
    }
}
