using System.Numerics;

namespace Understudy.Inference.Grammars;

/// <summary>A JSON object with known names, each at most once, in any order; a space may stand after a colon and a comma.</summary>
internal sealed class ObjectNode : GrammarNode
{
    public const int MostProperties = 64;

    private readonly IReadOnlyList<ObjectProperty> _properties;
    private readonly ByteTrie _keys;
    private readonly ulong[] _reachable; // of each place in a name, the properties it may become
    private readonly ulong _required;

    public ObjectNode(IReadOnlyList<ObjectProperty> properties)
    {
        (_properties, _keys) = (properties, new());
        for (var i = 0; i < properties.Count; i++)
        {
            _keys.Add(properties[i].Key, i);
            _required |= properties[i].Required ? 1UL << i : 0;
        }

        _reachable = new ulong[_keys.Count];
        for (var node = _keys.Count - 1; node >= 0; node--)
        {
            _reachable[node] = _keys.Value(node) is >= 0 and var property ? 1UL << property : 0;
            foreach (var child in _keys.Children(node).Values)
            {
                _reachable[node] |= _reachable[child];
            }
        }

        Shortest = [(byte)'{', .. Missing(0, first: true), (byte)'}'];
    }

    /// <summary>The same names with other values.</summary>
    private ObjectNode(ObjectNode names, IReadOnlyList<ObjectProperty> properties)
    {
        (_properties, _keys, _reachable, _required) = (properties, names._keys, names._reachable, names._required);
        Shortest = [(byte)'{', .. Missing(0, first: true), (byte)'}'];
    }

    private enum Place
    {
        Open,
        First,
        Key,
        Colon,
        Value,
        ValueOrSpace,
        After,
        Next,
        NextOrSpace,
    }

    public override byte[] Shortest { get; }

    public override int MostRest =>
        Shortest.Length + (_properties.Count == 0 ? 0 : _properties.Max(property => property.Key.Length + property.Value.MostRest) + 3);

    public override GrammarNode With(ExtractNode extract)
    {
        ObjectProperty[] bound = [.. _properties.Select(property => property with { Value = property.Value.With(extract) })];
        return bound.SequenceEqual(_properties) ? this : new ObjectNode(this, bound);
    }

    public override GrammarFrame Enter(GrammarFrame parent) => new Frame(this, Place.Open, 0, 0, parent);

    /// <summary>The required properties that are not there yet, at their shortest.</summary>
    private List<byte> Missing(ulong used, bool first)
    {
        List<byte> bytes = [];
        for (var left = _required & ~used; left != 0; left &= left - 1)
        {
            var property = _properties[BitOperations.TrailingZeroCount(left)];
            if (!first)
            {
                bytes.Add((byte)',');
            }

            bytes.AddRange([.. property.Key, (byte)':', .. property.Value.Shortest]);
            first = false;
        }

        return bytes;
    }

    /// <param name="Node">The object.</param>
    /// <param name="Place">Where in it.</param>
    /// <param name="At">In a name its place in the trie; between name and value the property.</param>
    /// <param name="Used">Properties that are there, the current one among them from its colon on.</param>
    private sealed record Frame(ObjectNode Node, Place Place, int At, ulong Used, GrammarFrame? Parent) : GrammarFrame
    {
        public override byte[] Rest => Place switch
        {
            Place.Open => Node.Shortest,
            Place.First => [.. Node.Missing(Used, first: true), (byte)'}'],
            Place.After => [.. Node.Missing(Used, first: false), (byte)'}'],
            Place.Colon => [(byte)':', .. Value()],
            Place.Value or Place.ValueOrSpace => [.. Value()],
            _ => ShortestName(),
        };

        public override bool TryList(List<byte> bytes)
        {
            if (Place is Place.Value or Place.ValueOrSpace)
            {
                return Node._properties[At].Value.Enter(this).TryList(bytes);
            }

            if (Place is Place.First or Place.After && (Node._required & ~Used) == 0)
            {
                bytes.Add((byte)'}');
            }

            switch (Place)
            {
                case Place.Open:
                    bytes.Add((byte)'{');
                    break;
                case Place.Colon:
                    bytes.Add((byte)':');
                    break;
                case Place.After when (Node._reachable[0] & ~Used) != 0:
                    bytes.Add((byte)',');
                    break;
                case Place.First or Place.Next or Place.NextOrSpace or Place.Key:
                    bytes.AddRange(Node._keys.Children(Place == Place.Key ? At : 0).Where(child => (Node._reachable[child.Value] & ~Used) != 0).Select(child => child.Key));
                    break;
            }

            return true;
        }

        public override GrammarFrame? Step(byte next) => Place switch
        {
            Place.Open => next == '{' ? this with { Place = Place.First } : null,
            Place.First or Place.After when next == '}' => (Node._required & ~Used) == 0 ? Parent : null,
            Place.After => next == ',' && (Node._reachable[0] & ~Used) != 0 ? this with { Place = Place.NextOrSpace, At = 0 } : null,
            Place.NextOrSpace when next == ' ' => this with { Place = Place.Next },
            Place.First or Place.Next or Place.NextOrSpace or Place.Key => Name(next),
            Place.Colon => next == ':' ? this with { Place = Place.ValueOrSpace } : null,
            Place.ValueOrSpace when next == ' ' => this with { Place = Place.Value },
            _ => Advance(Node._properties[At].Value.Enter(this with { Place = Place.After, At = 0 }), next),
        };

        private Frame? Name(byte next)
        {
            var child = Node._keys.Child(Place == Place.Key ? At : 0, next);
            return child < 0 || (Node._reachable[child] & ~Used) == 0 ? null
                : Node._keys.Value(child) is >= 0 and var property ? this with { Place = Place.Colon, At = property, Used = Used | (1UL << property) }
                : this with { Place = Place.Key, At = child };
        }

        private byte[] Value() => [.. Node._properties[At].Value.Shortest, .. Node.Missing(Used, first: false), (byte)'}'];

        /// <summary>In a name, or before one that must come: the name that leads to the shortest rest.</summary>
        private byte[] ShortestName()
        {
            byte[]? best = null;
            var at = Place == Place.Key ? At : 0;
            for (var left = Node._reachable[at] & ~Used; left != 0; left &= left - 1)
            {
                var property = BitOperations.TrailingZeroCount(left);
                var key = Node._properties[property].Key;
                byte[] rest = [.. key.AsSpan(Depth(key, at)), (byte)':', .. (this with { At = property, Used = Used | (1UL << property) }).Value()];
                best = best is null || rest.Length < best.Length ? rest : best;
            }

            return best!;
        }

        private int Depth(byte[] key, int at)
        {
            var (node, depth) = (0, 0);
            while (node != at)
            {
                node = Node._keys.Child(node, key[depth++]);
            }

            return depth;
        }
    }
}
