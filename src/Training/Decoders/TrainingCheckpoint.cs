using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Understudy.Training.Decoders;

/// <summary>Where a training stands: the step, the losses so far, and every tensor it needs to go on. Written in one step, so that a crash leaves the one before.</summary>
internal static class TrainingCheckpoint
{
    private const int Format = 0x314B4355;

    public static void Save(string path, int step, IReadOnlyList<LossPoint> losses, IReadOnlyList<Tensor> tensors)
    {
        var temporary = path + ".tmp";
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        using (var writer = new BinaryWriter(stream))
        {
            writer.Write(Format);
            writer.Write(step);
            writer.Write(losses.Count);
            foreach (var point in losses)
            {
                writer.Write(point.Step);
                writer.Write(point.Kind);
                writer.Write(point.Value);
            }

            writer.Write(tensors.Count);
            foreach (var tensor in tensors)
            {
                writer.Write(tensor.numel());
                writer.Write(MemoryMarshal.AsBytes(tensor.detach().data<float>().ToArray().AsSpan()));
            }

            writer.Flush();
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Fills the tensors and gives the next step; null when there is no checkpoint.</summary>
    /// <exception cref="InvalidDataException">It is of another model, or damaged.</exception>
    public static int? Load(string path, List<LossPoint> losses, IReadOnlyList<Tensor> tensors)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var reader = new BinaryReader(File.OpenRead(path));
            if (reader.ReadInt32() != Format)
            {
                throw Unusable("is no checkpoint");
            }

            var step = reader.ReadInt32();
            var points = reader.ReadInt32();
            for (var index = 0; index < points; index++)
            {
                losses.Add(new(reader.ReadInt32(), reader.ReadString(), reader.ReadDouble()));
            }

            if (reader.ReadInt32() != tensors.Count)
            {
                throw Unusable("is of a model with another number of layers");
            }

            using var none = no_grad();
            foreach (var into in tensors)
            {
                if (reader.ReadInt64() != into.numel())
                {
                    throw Unusable("is of a model of another size");
                }

                var values = new float[into.numel()];
                reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
                using var read = tensor(values, into.shape);
                into.copy_(read);
            }

            return step;
        }
        catch (EndOfStreamException)
        {
            throw Unusable("ends too early");
        }

        InvalidDataException Unusable(string why) => new($"The checkpoint '{path}' {why}. Remove it to train from the start.");
    }
}
