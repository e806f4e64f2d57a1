using System.Runtime.InteropServices;
using Google.Protobuf;
using Understudy.Training.Onnx.Format;

namespace Understudy.Training.Onnx;

/// <summary>Builds an ONNX model node by node; every call returns the name of what it made.</summary>
internal sealed class OnnxGraph
{
    public const string Microsoft = "com.microsoft";

    private readonly GraphProto _graph = new() { Name = "understudy" };
    private readonly List<StringStringEntryProto> _metadata = [];
    private int _names;

    public string Input(string name, TensorProto.Types.DataType type, params object[] shape)
    {
        _graph.Input.Add(Value(name, type, shape));
        return name;
    }

    /// <summary>Says something about the model that its reader gets as text.</summary>
    public void Describe(string key, string value) => _metadata.Add(new() { Key = key, Value = value });

    public void Output(string name, string from, TensorProto.Types.DataType type, params object[] shape)
    {
        _graph.Node.Add(new NodeProto { OpType = "Identity", Input = { from }, Output = { name } });
        _graph.Output.Add(Value(name, type, shape));
    }

    /// <summary>Makes what a node already gives under this name an output of the model.</summary>
    public void Expose(string name, TensorProto.Types.DataType type, params object[] shape) => _graph.Output.Add(Value(name, type, shape));

    public string Constant(ReadOnlySpan<float> values, params long[] shape) => Constant(MemoryMarshal.AsBytes(values), TensorProto.Types.DataType.Float, shape);

    public string Constant(ReadOnlySpan<sbyte> values, params long[] shape) => Constant(MemoryMarshal.AsBytes(values), TensorProto.Types.DataType.Int8, shape);

    public string Constant(ReadOnlySpan<Half> values, params long[] shape) => Constant(MemoryMarshal.AsBytes(values), TensorProto.Types.DataType.Float16, shape);

    public string Constant(ReadOnlySpan<byte> values, params long[] shape) => Constant(values, TensorProto.Types.DataType.Uint8, shape);

    public string Constant(ReadOnlySpan<int> values, params long[] shape) => Constant(MemoryMarshal.AsBytes(values), TensorProto.Types.DataType.Int32, shape);

    public string Constant(ReadOnlySpan<long> values, params long[] shape) => Constant(MemoryMarshal.AsBytes(values), TensorProto.Types.DataType.Int64, shape);

    public string Node(string type, params string[] inputs) => Nodes(type, "", inputs, 1)[0];

    public string Node(string type, string[] inputs, params (string Name, object Value)[] attributes) => Nodes(type, "", inputs, 1, attributes)[0];

    public string MicrosoftNode(string type, string[] inputs, params (string Name, object Value)[] attributes) => Nodes(type, Microsoft, inputs, 1, attributes)[0];

    /// <summary>A node whose one output has a name of its own.</summary>
    public string Named(string type, string name, params string[] inputs) => Nodes(type, "", inputs, [name])[0];

    /// <summary>A node of ONNX Runtime's own whose outputs, where not null, have names of their own; returns the first.</summary>
    public string MicrosoftNode(string type, string[] inputs, string?[] outputs, params (string Name, object Value)[] attributes) => Nodes(type, Microsoft, inputs, outputs, attributes)[0];

    public string[] Nodes(string type, string domain, string[] inputs, int outputs, params (string Name, object Value)[] attributes) =>
        Nodes(type, domain, inputs, new string?[outputs], attributes);

    /// <param name="outputs">Their names; null for one that is made up, empty for one that is not wanted.</param>
    public string[] Nodes(string type, string domain, string[] inputs, string?[] outputs, params (string Name, object Value)[] attributes)
    {
        var node = new NodeProto { OpType = type, Domain = domain, Name = $"{type}_{_names}" };
        node.Input.AddRange(inputs);
        foreach (var output in outputs)
        {
            node.Output.Add(output ?? $"t{_names++}");
        }

        foreach (var (name, value) in attributes)
        {
            node.Attribute.Add(value switch
            {
                float number => new AttributeProto { Name = name, F = number, Type = AttributeProto.Types.AttributeType.Float },
                int number => new AttributeProto { Name = name, I = number, Type = AttributeProto.Types.AttributeType.Int },
                long number => new AttributeProto { Name = name, I = number, Type = AttributeProto.Types.AttributeType.Int },
                long[] numbers => new AttributeProto { Name = name, Ints = { numbers }, Type = AttributeProto.Types.AttributeType.Ints },
                _ => throw new ArgumentException($"Attribute '{name}' is a {value.GetType().Name}; float, integers and lists of them can be written.", nameof(attributes)),
            });
        }

        _graph.Node.Add(node);
        return [.. node.Output];
    }

    public void Save(string path)
    {
        var model = new ModelProto
        {
            IrVersion = 10,
            ProducerName = "Understudy",
            Graph = _graph,
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = 20 }, new OperatorSetIdProto { Domain = Microsoft, Version = 1 } },
        };
        model.MetadataProps.AddRange(_metadata);
        using var file = File.Create(path);
        model.WriteTo(file);
    }

    private string Constant(ReadOnlySpan<byte> bytes, TensorProto.Types.DataType type, long[] shape)
    {
        var tensor = new TensorProto { Name = $"w{_names++}", DataType = (int)type, RawData = ByteString.CopyFrom(bytes) };
        tensor.Dims.AddRange(shape);
        _graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    private static ValueInfoProto Value(string name, TensorProto.Types.DataType type, object[] shape)
    {
        var dimensions = new TensorShapeProto();
        foreach (var size in shape)
        {
            dimensions.Dim.Add(size is string symbol ? new TensorShapeProto.Types.Dimension { DimParam = symbol } : new TensorShapeProto.Types.Dimension { DimValue = Convert.ToInt64(size, System.Globalization.CultureInfo.InvariantCulture) });
        }

        return new() { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = dimensions } } };
    }
}
