using System.Text;

namespace Understudy.Bench.PeerEngines;

/// <summary>A GGUF file in the making, version 3: metadata, then tensors whose sizes stand from the innermost axis outwards.</summary>
internal sealed class GgufFile
{
    private const int Version = 3, Alignment = 32;
    private const uint UInt32 = 4, Int32 = 5, Float32 = 6, String = 8, Array = 9;

    private readonly List<(string Key, Action<BinaryWriter> Write)> _metadata = [];
    private readonly List<(string Name, int[] Sizes, GgufType Type, byte[] Data)> _tensors = [];

    public void Add(string key, int value) => _metadata.Add((key, to => Write(to, UInt32, value)));

    public void Add(string key, float value) => _metadata.Add((key, to => Write(to, Float32, value)));

    public void Add(string key, string value) => _metadata.Add((key, to => Write(to, String, value)));

    public void Add(string key, IReadOnlyList<string> values) => Add(key, String, values.Count, to =>
    {
        foreach (var value in values)
        {
            Write(to, value);
        }
    });

    public void Add(string key, IReadOnlyList<int> values) => Add(key, Int32, values.Count, to =>
    {
        foreach (var value in values)
        {
            to.Write(value);
        }
    });

    public void Add(string key, IReadOnlyList<float> values) => Add(key, Float32, values.Count, to =>
    {
        foreach (var value in values)
        {
            to.Write(value);
        }
    });

    /// <param name="sizes">The length of a row first.</param>
    public void Tensor(string name, GgufType type, byte[] data, params int[] sizes) => _tensors.Add((name, sizes, type, data));

    public void Save(string path)
    {
        using var to = new BinaryWriter(File.Create(path));
        to.Write("GGUF"u8);
        to.Write(Version);
        to.Write((long)_tensors.Count);
        to.Write((long)_metadata.Count);
        foreach (var (key, write) in _metadata)
        {
            Write(to, key);
            write(to);
        }

        var offset = 0L;
        foreach (var (name, sizes, type, data) in _tensors)
        {
            Write(to, name);
            to.Write(sizes.Length);
            foreach (var size in sizes)
            {
                to.Write((long)size);
            }

            to.Write((uint)type);
            to.Write(offset);
            offset += Aligned(data.Length);
        }

        foreach (var (_, _, _, data) in _tensors)
        {
            Pad(to);
            to.Write(data);
        }

        Pad(to);
    }

    private void Add(string key, uint type, int count, Action<BinaryWriter> values)
    {
        _metadata.Add((key, WriteArray));

        void WriteArray(BinaryWriter to)
        {
            to.Write(Array);
            to.Write(type);
            to.Write((long)count);
            values(to);
        }
    }

    private static void Write(BinaryWriter to, uint type, int value)
    {
        to.Write(type);
        to.Write(value);
    }

    private static void Write(BinaryWriter to, uint type, float value)
    {
        to.Write(type);
        to.Write(value);
    }

    private static void Write(BinaryWriter to, uint type, string value)
    {
        to.Write(type);
        Write(to, value);
    }

    private static void Write(BinaryWriter to, string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        to.Write((long)bytes.Length);
        to.Write(bytes);
    }

    private static void Pad(BinaryWriter to)
    {
        to.Flush();
        to.Write(new byte[Aligned(to.BaseStream.Position) - to.BaseStream.Position]);
    }

    private static long Aligned(long at) => (at + Alignment - 1) / Alignment * Alignment;
}
