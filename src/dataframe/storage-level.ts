/** Where Spark keeps a cached DataFrame's partitions. The constants have PySpark's names. */
export class StorageLevel {
  static readonly NONE: StorageLevel = new StorageLevel(false, false, false, false);
  static readonly DISK_ONLY: StorageLevel = new StorageLevel(true, false, false, false);
  static readonly DISK_ONLY_2: StorageLevel = new StorageLevel(true, false, false, false, 2);
  static readonly DISK_ONLY_3: StorageLevel = new StorageLevel(true, false, false, false, 3);
  static readonly MEMORY_ONLY: StorageLevel = new StorageLevel(false, true, false, false);
  static readonly MEMORY_ONLY_2: StorageLevel = new StorageLevel(false, true, false, false, 2);
  static readonly MEMORY_AND_DISK: StorageLevel = new StorageLevel(true, true, false, false);
  static readonly MEMORY_AND_DISK_2: StorageLevel = new StorageLevel(true, true, false, false, 2);
  static readonly OFF_HEAP: StorageLevel = new StorageLevel(true, true, true, false);
  static readonly MEMORY_AND_DISK_DESER: StorageLevel = new StorageLevel(true, true, false, true);

  readonly #useDisk: boolean;
  readonly #useMemory: boolean;
  readonly #useOffHeap: boolean;
  readonly #deserialized: boolean;
  readonly #replication: number;

  constructor(
    useDisk: boolean,
    useMemory: boolean,
    useOffHeap: boolean,
    deserialized: boolean,
    replication: number = 1,
  ) {
    this.#useDisk = useDisk;
    this.#useMemory = useMemory;
    this.#useOffHeap = useOffHeap;
    this.#deserialized = deserialized;
    this.#replication = replication;
  }

  /**
   * Whether partitions may be on disk.
   *
   * @example StorageLevel.DISK_ONLY.useDisk; // true
   */
  get useDisk(): boolean {
    return this.#useDisk;
  }
  /**
   * Whether partitions may be in memory.
   *
   * @example StorageLevel.DISK_ONLY.useMemory; // false
   */
  get useMemory(): boolean {
    return this.#useMemory;
  }
  /**
   * Whether memory means memory outside the Java heap.
   *
   * @example StorageLevel.OFF_HEAP.useOffHeap; // true
   */
  get useOffHeap(): boolean {
    return this.#useOffHeap;
  }
  /**
   * Whether memory holds Java objects, which are faster but larger than serialized bytes.
   *
   * @example StorageLevel.MEMORY_ONLY.deserialized;
   */
  get deserialized(): boolean {
    return this.#deserialized;
  }
  /**
   * The number of nodes that keep each partition.
   *
   * @example StorageLevel.MEMORY_ONLY_2.replication; // 2
   */
  get replication(): number {
    return this.#replication;
  }

  /**
   * Whether both levels store partitions in the same way.
   *
   * @example StorageLevel.DISK_ONLY.equals(StorageLevel.MEMORY_ONLY); // false
   */
  equals(other: StorageLevel): boolean {
    return this.toString() === other.toString();
  }
  /**
   * The same text as in PySpark: `Disk Memory Deserialized 1x Replicated`.
   *
   * @example StorageLevel.DISK_ONLY.toString(); // 'Disk Serialized 1x Replicated'
   */
  toString(): string {
    const places = [
      ...(this.#useDisk ? ["Disk"] : []),
      ...(this.#useMemory ? ["Memory"] : []),
      ...(this.#useOffHeap ? ["OffHeap"] : []),
      this.#deserialized ? "Deserialized" : "Serialized",
    ];
    return `${places.join(" ")} ${this.#replication}x Replicated`;
  }
}
