namespace Understudy.Workflows.Batches;

/// <summary>Counts lines and records of a byte stream that comes in pieces, and notes shards.</summary>
internal sealed class ShardCut(int shardRecords, long shardBytes)
{
    private readonly List<Shard> _shards = [];
    private long _position;
    private long _line = 1;
    private bool _blank = true;
    private long _shardOffset;
    private long _shardLine = 1;
    private int _shardRecords;

    /// <summary>Lines so far that are not blank.</summary>
    public int Records { get; private set; }

    public void Feed(ReadOnlySpan<byte> piece)
    {
        while (!piece.IsEmpty)
        {
            var end = piece.IndexOf((byte)'\n');
            var line = end < 0 ? piece : piece[..end];
            _blank &= line.IndexOfAnyExcept(" \t\r"u8) < 0;
            _position += line.Length;
            if (end < 0)
            {
                return;
            }

            _position++;
            EndLine();
            piece = piece[(end + 1)..];
        }
    }

    /// <summary>Ends the last line and the last shard.</summary>
    public IReadOnlyList<Shard> Finish()
    {
        EndLine();
        EndShard();
        return _shards;
    }

    private void EndLine()
    {
        if (!_blank)
        {
            Records++;
            _shardRecords++;
        }

        _blank = true;
        _line++;
        if (_shardRecords >= shardRecords || (_shardRecords > 0 && _position - _shardOffset >= shardBytes))
        {
            EndShard();
        }
    }

    private void EndShard()
    {
        if (_shardRecords > 0)
        {
            _shards.Add(new(_shards.Count, _shardOffset, _position - _shardOffset, _shardLine, _shardRecords));
        }

        _shardOffset = _position;
        _shardLine = _line;
        _shardRecords = 0;
    }
}
